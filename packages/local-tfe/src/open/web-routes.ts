import type { Answer } from '../http/answer.ts';
import type { Call, Route } from '../http/route.ts';

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Links to runs lead here. There is no web interface; the page tells how to read the run, and nothing about it. */
function page({ params, origin }: Call): Answer {
  const path = escape(`${origin}/api/v2/runs/${encodeURIComponent(params['run_id'] ?? '')}`);
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" },
    raw: `<!doctype html><html lang="en"><title>Local TFE</title><h1>Local TFE</h1>
<p>The local TFE has no web interface. Read this run with its token:</p>
<pre>curl -H "Authorization: Bearer $TFE_TOKEN" "${path}?include=plan,apply"</pre></html>
`,
  };
}

export const webRoutes: readonly Route[] = ['workspaces/:workspace_name', ':workspace_name'].map((workspace) => ({
  method: 'GET',
  path: `/app/:organization_name/${workspace}/runs/:run_id`,
  summary: 'Where links to a run lead: a page that says how to read it',
  door: 'open',
  handle: page,
}));
