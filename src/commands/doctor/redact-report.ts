import { posix, win32 } from "node:path";
import { oneLine } from "#base/text.ts";
import { realPath } from "#claude/real-path.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { Check, Examined } from "./check.ts";

const MAIL = /\b([\w.%+-])[\w.%+-]*@([\w-]+(?:\.[\w-]+)+)/g;

/**
 * Returns a line that may be pasted into an issue: secret-looking values are replaced, the home
 * folder is `~`, mail addresses keep their first letter, and control characters are gone.
 */
export function redactedLine(text: string, { home, platform }: Pick<Examined, "home" | "platform">): string {
  const plain = redacted(oneLine(text)).text.replace(MAIL, "$1…@$2");
  if (home === "" || home === "/") return plain;
  const { sep } = platform === "win32" ? win32 : posix;
  const folder = home.endsWith(sep) ? home.slice(0, -1) : home;
  // Not `/home/ann` in `/home/annette` or in `/srv/home/ann`.
  return plain.split(folder).reduce((before, after) => {
    const whole = !/[\w-]$/.test(before) && !/^\.?[\w-]/.test(after);
    return `${before}${whole ? "~" : folder}${after}`;
  });
}

/** Returns checks whose every line may be pasted into an issue. */
export function redactedChecks(
  checks: readonly Check[],
  { home, platform }: Pick<Examined, "home" | "platform">,
): readonly Check[] {
  // Programs name the folder by either path.
  const homes = [...new Set([realPath(home), home])];
  const plain = (text: string): string =>
    homes.reduce((line, one) => redactedLine(line, { home: one, platform }), text);
  return checks.map(({ id, state, what, detail, next }) => ({
    id,
    state,
    what: plain(what),
    detail: detail.map(plain),
    next: next === null ? null : plain(next),
  }));
}
