import { shellWords } from "#base/shell-words.ts";
import { count, oneLine } from "#base/text.ts";
import type { RolloutCommand } from "#codex/rollout/turn-facts.ts";
import { fails, holds, type RecordCheck, unknown } from "./evidence.ts";
import type { ClaimedCommand, RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/**
 * Says whether the commands of the record, with their exit codes, are those that Codex has on record:
 * none more, none less, in the same order. One that was not seen to end within its turn can be on record
 * on one side only.
 */
export function commandsCheck(claims: RunClaims, { speaking, gaps }: Witnesses): RecordCheck {
  if (speaking.length === 0) return unknown("commands", "there is no turn to look at");
  if (gaps || speaking.some(({ leftOut }) => leftOut > 0)) {
    return unknown("commands", "not all of them could be read");
  }
  const onRecord = speaking.flatMap((turn) => turn.commands);
  const claimed = claims.commands.filter(hasEnded);
  if (fits(claims, onRecord)) return holds("commands", count(claimed.length, "command"));
  const found = onRecord.filter(mustBeKnown);
  if (claimed.length > found.length || claimed.length + claims.commandsLeftOut < found.length) {
    return fails("commands", `the record has ${claimed.length}, Codex's file ${found.length}`);
  }
  const [other] = claimed.flatMap((one, at) => (isSame(one, found[at]) ? [] : [oneLine(one.command)]));
  return fails("commands", `Codex's file has another in its place: ${other}`);
}

/** Walks along both lists at once, and holds every place in Codex's that can have been reached. */
function fits({ commands, commandsLeftOut }: RunClaims, found: readonly RolloutCommand[]): boolean {
  let places: ReadonlySet<number> = new Set([0]);
  for (const command of commands.filter(hasEnded)) {
    const before = [...passed(places, found)];
    places = new Set(before.flatMap((place) => (isSame(command, found[place]) ? [place + 1] : [])));
  }
  return [...places].some((place) => found.slice(place).filter(mustBeKnown).length <= commandsLeftOut);
}

/** Returns these places, and those behind commands that nobody needs to have seen end. */
function passed(places: ReadonlySet<number>, found: readonly RolloutCommand[]): ReadonlySet<number> {
  const all = new Set(places);
  for (const place of all) {
    const command = found[place];
    if (command !== undefined && !mustBeKnown(command)) all.add(place + 1);
  }
  return all;
}

function hasEnded({ exitCode }: { readonly exitCode: number | undefined }): boolean {
  return exitCode !== undefined;
}

function mustBeKnown({ exitCode, late }: RolloutCommand): boolean {
  return exitCode !== undefined && !late;
}

function isSame({ command, exitCode }: ClaimedCommand, found: RolloutCommand | undefined): boolean {
  if (found === undefined || found.exitCode !== exitCode) return false;
  const script = found.words.at(-1) ?? "";
  if (command === found.words.join(" ") || command === script) return true;
  const { words, whole } = shellWords(command);
  if (whole && isText(words, found)) return true;
  return isAbridged(command) && isPartOf(command, found.words.join(" "));
}

/** Of a script the shell around it is not on record. */
function isText(words: readonly string[], { words: found, script }: RolloutCommand): boolean {
  if (script) return words.at(-1) === found[0];
  return words.length === found.length && words.every((word, index) => word === found[index]);
}

/** The marks of what a receipt leaves out of a command: the values of secrets, and the end of a long one. */
const MARK = /\[redacted: [^\]]*\]|…$/;

function isAbridged(command: string): boolean {
  return MARK.test(command);
}

/** What stands between the marks is in the whole, in that order. Quotes are not compared, for they are ours or Codex's. */
function isPartOf(command: string, whole: string): boolean {
  let rest = bare(whole);
  for (const part of command.split(new RegExp(MARK.source, "g")).map(bare)) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}

function bare(text: string): string {
  return text.replace(/['"\\]/g, "");
}
