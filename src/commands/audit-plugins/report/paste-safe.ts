import { basename } from "node:path";
import { realPath } from "#claude/real-path.ts";
import type { Surroundings } from "#commands/command.ts";
import { redactedLine } from "#commands/doctor/redact-report.ts";

type Person = Pick<Surroundings, "home" | "platform" | "environment">;

/** Everything before the host of an address: nobody needs to know as whom it was asked. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
/** What follows the path of an address: tokens stand there too. */
const QUERY = /\b([a-z][a-z0-9+.-]*:\/\/[^\s?#]+)[?#][^\s,;'"`)]+/gi;
/** An address as `git clone` takes it, which is nobody's mail. */
const GIT_ADDRESS = /\bgit@(?=[\w.-]+[:/])/g;
/** A name that is no person's, or so short that it stands in other words. */
const NOBODY = ["root", "user", "users", "home", "admin", "claude", "codex", "plugins", "git"];
const SHORTEST_NAME = 3;

/**
 * Returns a line that may be pasted into an issue: what `redactedLine` takes out, the user's name as
 * `USER` where a path or an address has it, and no credentials in addresses.
 */
export function pasteSafe(line: string, person: Person): string {
  const { home, platform } = person;
  const open = line.replace(CREDENTIALS, "$1").replace(QUERY, "$1").replace(GIT_ADDRESS, "");
  const homes = [...new Set([realPath(home), home])];
  const plain = homes.reduce((text, one) => redactedLine(text, { home: one, platform }), open);
  return namesOf(person).reduce(withoutName, plain);
}

/** A name is a part of a path or of an address, as a whole. */
function withoutName(text: string, name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<=[/\\\\:])${escaped}(?=[/\\\\]|$)`, "g"), "USER");
}

function namesOf({ home, environment }: Person): readonly string[] {
  const names = [basename(home), environment["USER"], environment["LOGNAME"], environment["USERNAME"]];
  return [...new Set(names)].filter(
    (name): name is string =>
      name !== undefined && name.length >= SHORTEST_NAME && !NOBODY.includes(name.toLowerCase()),
  );
}
