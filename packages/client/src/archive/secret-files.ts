/**
 * Names under which secrets are kept by habit, whatever their case. Names that Terraform itself reads (*.tf, most *.tfvars) are
 * not among them: a warning that always comes is read by nobody.
 */
const NAMES: readonly RegExp[] = [
  // Environments of services; examples of them are meant to be seen.
  /^.*\.env(?:\.(?!(?:example|sample|template|dist)$).*)?$/u,
  // Keys and key stores.
  /\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx)$/u,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/u,
  // State and saved plans hold every sensitive value in clear.
  /\.tfstate(?:\..*)?$/u,
  /^(?:.*\.)?tfplan$/u,
  // Credentials of Terraform, OpenTofu, and what is used beside them.
  /^(?:\.terraformrc|terraform\.rc|\.tofurc|tofu\.rc|credentials\.tfrc\.json)$/u,
  /^(?:\.netrc|_netrc|\.git-credentials|\.npmrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd|\.vault-token|\.dockercfg)$/u,
  /^(?:credentials|application_default_credentials|client_secret.*|service[-_]account.*)\.json$/u,
  /^(?:.*\.)?kubeconfig$/u,
  /^\.?secrets?(?:[._-].*)?\.(?:tfvars|json|ya?ml|txt)$/u,
];
/** Names that mean something only together with their directory. */
const PLACES = new Set(['.aws/credentials', '.docker/config.json', '.kube/config']);
// We never pack it, but other tools may.
const OWN_FOLDER = '.runwright';

// What fits on a screen; a person who sees twenty looks for the rest.
const MOST_NAMED = 20;
const LONGEST_SHOWN = 200;
// No file system takes a longer name, but an archive made by hand may hold one.
const LONGEST_NAME = 255;

/** The packed files that look like secrets by their names, at most twenty. */
export const secretLooking = (filePaths: readonly string[]): string[] =>
  filePaths
    .filter(looksSecret)
    .slice(0, MOST_NAMED)
    .map((path) => (path.length > LONGEST_SHOWN ? `${path.slice(0, LONGEST_SHOWN)}…` : path));

function looksSecret(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = (parts.at(-1) ?? '').slice(-LONGEST_NAME);
  return PLACES.has(parts.slice(-2).join('/')) || parts.includes(OWN_FOLDER) || NAMES.some((habit) => habit.test(name));
}
