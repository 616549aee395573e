type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What in TFE names the client that made a run or a configuration version. */
export function sourceOf(headers: Headers): 'terraform+cloud' | 'terraform' | 'tfe-api' {
  if (headers['x-terraform-integration'] === 'cloud') return 'terraform+cloud';
  return headers['terraform-version'] === undefined ? 'tfe-api' : 'terraform';
}

/**
 * Whether the client would print structured logs line by line as they are: `backend "remote"` of any version, and `cloud`
 * before terraform 1.4. Clients other than the CLI get what the workspace is set to.
 * @see https://developer.hashicorp.com/terraform/language/backend/remote
 */
export function printsLogsAsTheyAre(headers: Headers): boolean {
  const source = sourceOf(headers);
  if (source !== 'terraform+cloud') return source === 'terraform';
  const [major = 1, minor = 0] = String(headers['terraform-version'] ?? '1.4')
    .split('.')
    .map(Number);
  return major < 1 || (major === 1 && minor < 4);
}
