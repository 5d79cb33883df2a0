/**
 * Returns a remote's address as it may be shown: no password, and no user name but that of an ssh
 * account; nothing after a `?` or `#`, where tokens stand too.
 */
export function shownUrl(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?([^?#]*)/is.exec(url);
  if (parts === null) return url.replace(/^([^/:@]+):[^/@]*@/, "$1@");
  const [, scheme = "", user = "", rest = ""] = parts;
  const account = /ssh/i.test(scheme) ? user.replace(/:.*@$/s, "@") : "";
  return `${scheme}${account}${rest}`;
}
