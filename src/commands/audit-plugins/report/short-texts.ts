import type { Consistency } from "#audit/plugins/consistency.ts";
import { count } from "#base/text.ts";

const SHORT_COMMIT = 7;
const SHORT_VERSION = 14;

/** Returns the beginning of a commit's or a tree's id, as git shows it. */
export function shortCommit(id: string | null): string {
  return id === null ? "?" : id.slice(0, SHORT_COMMIT);
}

/**
 * Returns a version as a cell shows it. Where a plugin names none, the host takes twelve digits of the
 * commit, of which the first seven say as much.
 */
export function shortVersion(version: string | null): string {
  if (version === null) return "?";
  if (/^[0-9a-f]{12,64}$/.test(version)) return shortCommit(version);
  // What follows the numbers (`-beta.2`, `+build`) tells versions apart less often than they do.
  if (version.length <= SHORT_VERSION) return version;
  const numbers = /^v?\d+(?:\.\d+)*/.exec(version)?.[0] ?? "";
  const kept =
    numbers.length >= 3 && numbers.length < SHORT_VERSION ? numbers : version.slice(0, SHORT_VERSION - 1);
  return `${kept}~`;
}

/**
 * Returns an id of at most so many characters: the marketplace is cut first, for its plugins stand
 * together elsewhere, then the plugin's name; both at the end of a word where there is one.
 */
export function shortId(id: string, length: number): string {
  if (id.length <= length) return id;
  const at = id.lastIndexOf("@");
  if (at <= 0) return cutAtWord(id, length);
  const half = Math.floor(length / 3);
  const marketplace = cutAtWord(id.slice(at + 1), Math.max(half, length - at - 1));
  return `${cutAtWord(id.slice(0, at), length - marketplace.length - 1)}@${marketplace}`;
}

function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, Math.max(1, length - 1));
  const word = cut.replace(/[-_.][^-_.]*$/, "");
  return `${word.length * 2 > length ? word : cut}~`;
}

/** Returns a text with the home folder in its paths as `~`. */
export function withHome(text: string, home: string): string {
  const folder = home.replace(/[\\/]+$/, "");
  if (folder === "") return text;
  return text.split(folder).reduce((before, after) => {
    // Not `/home/ann` in `/home/annette` or in `/srv/home/ann`.
    const whole = !/[\w.-]$/.test(before) && !/^[\w.-]*[\w-]/.test(after);
    return `${before}${whole ? "~" : folder}${after}`;
  });
}

/** Returns the one word about a plugin, in words. */
export function consistencyText(consistency: Consistency): string {
  switch (consistency.kind) {
    case "behind": {
      const by = consistency.commits === null ? "" : ` ${consistency.commits}`;
      return `${consistency.who === "install" ? "behind" : "ahead"}${by}`;
    }
    case "in-sync":
    case "drifted":
    case "false-record":
    case "tampered":
    case "missing":
    case "not-loaded":
    case "ambiguous":
    case "unknown":
      return consistency.kind.replaceAll("-", " ");
  }
}

/** Returns how long ago a moment is, in the largest unit that fits: `3 days`. */
export function ageText(from: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - from) / 60_000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return count(minutes, "minute");
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), "hour");
  return count(Math.floor(minutes / (24 * 60)), "day");
}
