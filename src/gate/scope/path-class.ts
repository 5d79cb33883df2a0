/** What a path's name alone says about its content. */
export type PathClass = "secret-looking" | "generated" | "ordinary";

/**
 * Names that usually hold credentials and little else. Their content is never sent, whatever the
 * configuration says. Settings that hold some among much else (`application.properties`,
 * `wp-config.php`) are shown, with the values replaced.
 */
const SECRET_NAMES: readonly RegExp[] = [
  /^\.env(?:\..+)?$/,
  /\.env$/,
  /^\.envrc$/,
  /\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:[-_][\w-]+)?$/,
  /^\.(?:npmrc|netrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|s3cfg|boto)$/,
  /^_netrc$/,
  /^credentials(?:\.tfrc)?(?:\.(?:json|ya?ml|toml|ini|csv))?$/,
  /^secrets?(?:[.-][\w-]+)?\.(?:json|ya?ml|toml|ini|properties|env)$/,
  /^(?:service[-_]?account|client[-_]secret).*\.json$/,
  /-adminsdk-.*\.json$/,
  /^(?:kubeconfig|\.vault[-_]?pass(?:word)?|\.vault-token)$/,
  /\.tfstate(?:\.backup)?$/,
  /\.tfvars(?:\.json)?$/,
];

/** Folders in which programs keep their logins, also where somebody put one under version control. */
const SECRET_FOLDER = /(?:^|\/)\.(?:ssh|aws|gnupg|kube|azure)\//;

/** Templates are written to be shared. */
const TEMPLATE = /\.(?:example|sample|template|dist|tmpl)$/;

const GENERATED_NAMES: readonly RegExp[] = [
  /^(?:package-lock|npm-shrinkwrap|packages\.lock)\.json$/,
  /^pnpm-lock\.ya?ml$/,
  /\.lock$/,
  /^(?:bun\.lockb|go\.sum|gradle\.lockfile)$/,
  /\.min\.(?:js|css|mjs)$/,
  /\.(?:map|snap)$/,
  /\.(?:pb|g|freezed|generated|gen)\.[a-z]+$/,
  /_pb2(?:_grpc)?\.pyi?$/,
];

const GENERATED_FOLDER = /(?:^|\/)(?:node_modules|vendor|dist|build|__snapshots__|__generated__|generated)\//;

/** Returns the class of a path by its name, in any letter case. */
export function pathClass(path: string): PathClass {
  const lower = path.toLowerCase();
  const name = lower.slice(lower.lastIndexOf("/") + 1);
  const secret = SECRET_FOLDER.test(lower) || SECRET_NAMES.some((pattern) => pattern.test(name));
  if (secret && !TEMPLATE.test(name)) return "secret-looking";
  if (GENERATED_FOLDER.test(lower) || GENERATED_NAMES.some((pattern) => pattern.test(name)))
    return "generated";
  return "ordinary";
}
