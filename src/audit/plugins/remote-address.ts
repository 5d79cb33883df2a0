/**
 * Returns what is the same in all addresses of a repository, whatever the way to it is: `host/owner/name`.
 * `git@host:owner/name.git` and `https://user@host/owner/name` are one.
 */
export function remoteAddress(url: string): string {
  const plain = url
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/i, "")
    .toLowerCase();
  const written = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?(\/.*)?$/s.exec(plain);
  if (written !== null) return `${written[1]}${written[2] ?? ""}`;
  const short = /^(?:[^/@:]+@)?([^/:]+):(?!\/)(.*)$/s.exec(plain);
  return short === null ? plain : `${short[1]}/${short[2]}`;
}
