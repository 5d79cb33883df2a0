import type { Mode } from "#gate/config.ts";

/**
 * Returns the last entry of the user's `repositories` whose glob matches the root, or `undefined`.
 * `*` and `?` stay within one folder name, `**` crosses them, and a leading `~/` is the home
 * folder. The path must match as a whole.
 */
export function repositoryMode(
  repositories: Readonly<Record<string, Mode>>,
  root: string,
  home: string,
): { readonly glob: string; readonly mode: Mode } | undefined {
  const path = forwardSlashes(root);
  const match = Object.entries(repositories).findLast(([glob]) => pattern(glob, home).test(path));
  return match === undefined ? undefined : { glob: match[0], mode: match[1] };
}

function pattern(glob: string, home: string): RegExp {
  const whole = glob.startsWith("~/") ? `${home}/${glob.slice(2)}` : glob;
  const source = forwardSlashes(whole).replace(/\/\*\*$|\*\*\/|\*\*|[*?]|[\\^$.|+()[\]{}]/g, translate);
  return new RegExp(`^${source}$`, "u");
}

function translate(token: string): string {
  switch (token) {
    case "/**":
      return "(?:/.*)?";
    case "**/":
      return "(?:.*/)?";
    case "**":
      return ".*";
    case "*":
      return "[^/]*";
    case "?":
      return "[^/]";
    default:
      return `\\${token}`;
  }
}

function forwardSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}
