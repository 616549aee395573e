export interface CommentRecord {
  id: string;
  runId: string;
  userId: string;
  body: string;
  createdAt: string;
}
