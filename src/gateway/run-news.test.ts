import { describe, expect, it } from '@jest/globals';
import { createRecentKeys, newsFor, type KnownRun } from './run-news.ts';

const KNOWN: KnownRun = {
  runId: 'run-a',
  status: 'planned',
  phase: 'awaiting-confirmation',
  source: 'workflow',
  history: [
    { phase: 'preparing', at: '2026-01-01T00:00:00Z' },
    { phase: 'planning', status: 'planning', at: '2026-01-01T00:00:01Z' },
    { phase: 'awaiting-confirmation', status: 'planned', at: '2026-01-01T00:00:02Z' },
  ],
};
const sent = (...statuses: string[]) => ({ runId: 'run-a', changes: statuses.map((status) => ({ status })) });

describe('the news in a notification', () => {
  it.each<[string, Partial<KnownRun>, ReturnType<typeof sent>, string | undefined]>([
    ['a status that the run did not have yet', {}, sent('discarded'), 'discarded'],
    ['the status that is known', {}, sent('planned'), undefined],
    ['one that the run had before: it is late, or sent again', {}, sent('planning'), undefined],
    ['the first one that is not known, among several', {}, sent('planned', 'applying', 'applied'), 'applying'],
    ['nothing at all', {}, sent(), undefined],
    ['a status of another run', { runId: 'run-b' }, sent('discarded'), undefined],
    ['a status before the request knows its run', { runId: undefined as never }, sent('pending'), undefined],
    [
      'the known status while the plan is checked, which ends without a new one',
      { phase: 'checking' },
      sent('planned'),
      'planned',
    ],
    [
      'any status where no worker could be asked',
      { status: undefined as never, history: [] },
      sent('planned'),
      'planned',
    ],
  ])('is %s', (_what, known, notification, status) => {
    expect(newsFor({ ...KNOWN, ...known }, notification)?.status).toBe(status);
  });
});

describe('the recent keys', () => {
  it('are told apart from new ones, until there are too many or one is forgotten', () => {
    const recent = createRecentKeys(2);

    expect(['a', 'b', 'a'].map((key) => recent.add(key))).toEqual(['new', 'new', 'seen']);
    expect(recent.add('c')).toBe('new'); // a goes
    expect(recent.add('a')).toBe('new');
    recent.forget('a');
    expect(recent.add('a')).toBe('new');
  });
});
