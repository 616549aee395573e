import { z } from 'zod';

const VcsRepo = z
  .object({
    identifier: z.string(),
    branch: z.string().nullish(),
    'oauth-token-id': z.string().nullish(),
    'github-app-installation-id': z.string().nullish(),
    'ingress-submodules': z.boolean().nullish(),
    'tags-regex': z.string().nullish(),
  })
  .nullable();

/** The attributes of a workspace that clients set. Types as TFE takes them; unknown ones are ignored. */
export const WorkspaceSettings = z.object({
  'agent-pool-id': z.string().nullable(),
  'allow-destroy-plan': z.boolean(),
  'assessments-enabled': z.boolean(),
  'auto-apply': z.boolean(),
  'auto-apply-run-trigger': z.boolean(),
  'auto-destroy-activity-duration': z.string().nullable(),
  'auto-destroy-at': z.string().nullable(),
  description: z.string().nullable(),
  'execution-mode': z.enum(['remote', 'local', 'agent']),
  'file-triggers-enabled': z.boolean(),
  'global-remote-state': z.boolean(),
  'hyok-enabled': z.boolean(),
  'inherits-project-auto-destroy': z.boolean(),
  'migration-environment': z.string(),
  'project-remote-state': z.boolean(),
  'queue-all-runs': z.boolean(),
  'setting-overwrites': z.object({ 'execution-mode': z.boolean(), 'agent-pool': z.boolean() }).partial(),
  'source-name': z.string().nullable(),
  'source-url': z.string().nullable(),
  'speculative-enabled': z.boolean(),
  'structured-run-output-enabled': z.boolean(),
  'tag-names': z.array(z.string()),
  'terraform-version': z.string().min(1),
  'trigger-patterns': z.array(z.string()).nullable(),
  'trigger-prefixes': z.array(z.string()).nullable(),
  'vcs-repo': VcsRepo,
  'working-directory': z.string().nullable(),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

/** TFE's defaults. The stored terraform version is what the client said; the installed one runs. */
export const workspaceDefaults = (terraformVersion: string): WorkspaceSettings => ({
  'agent-pool-id': null,
  'allow-destroy-plan': true,
  'assessments-enabled': false,
  'auto-apply': false,
  'auto-apply-run-trigger': false,
  'auto-destroy-activity-duration': null,
  'auto-destroy-at': null,
  description: null,
  'execution-mode': 'remote',
  'file-triggers-enabled': true,
  'global-remote-state': false,
  'hyok-enabled': false,
  'inherits-project-auto-destroy': true,
  'migration-environment': '',
  'project-remote-state': false,
  'queue-all-runs': false,
  'setting-overwrites': { 'execution-mode': false, 'agent-pool': false },
  'source-name': null,
  'source-url': null,
  'speculative-enabled': true,
  'structured-run-output-enabled': true,
  'tag-names': [],
  'terraform-version': terraformVersion,
  'trigger-patterns': [],
  'trigger-prefixes': [],
  'vcs-repo': null,
  'working-directory': null,
});

export const WorkspaceName = z
  .string()
  .min(1, "can't be blank")
  .max(90, 'is too long (maximum is 90 characters)')
  .regex(/^[A-Za-z0-9_-]+$/, 'can only include letters, numbers, -, and _.');

/** HashiCorp's Python client sends an empty object where it has nothing to say about a repository. */
function withoutEmptyRepository(sent: unknown): unknown {
  const { 'vcs-repo': repository, ...rest } = sent as Record<string, unknown>;
  const saysNothing = typeof repository === 'object' && repository !== null && Object.keys(repository).length === 0;
  return saysNothing ? rest : sent;
}

export const CreateWorkspace = z.preprocess(
  withoutEmptyRepository,
  WorkspaceSettings.partial().extend({ name: WorkspaceName, operations: z.boolean().optional() }),
);
export const UpdateWorkspace = z.preprocess(
  withoutEmptyRepository,
  WorkspaceSettings.partial().extend({ name: WorkspaceName.optional(), operations: z.boolean().optional() }),
);
