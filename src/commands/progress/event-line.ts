import { basename } from "node:path";
import { clip, oneLine } from "#base/text.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { messageWords } from "./message-words.ts";
import { plainCommand } from "./plain-command.ts";
import { errorWords, type RunView, runningCommand, shownPath } from "./run-view.ts";
import { clock, spanText } from "./spans.ts";

/** No command, path or sentence is worth more than this of a log. */
const LONGEST = 400;
/** A command that went well and took less is over before anybody asks. */
const WORTH_A_LINE_MS = 10_000;

/**
 * Returns what one event is worth saying to whoever looks on, as one line that is safe for a terminal:
 * when (since the run began), what, and of what. `undefined` where it only counts. `view` is that
 * from before the event.
 */
export function eventLine(view: RunView, event: RunEvent): string | undefined {
  const said = wordsOf(view, event);
  if (said === undefined) return undefined;
  const [verb, text] = said;
  return clip(`${clock(Date.parse(event.at) - view.began).padStart(7)}  ${verb.padEnd(6)}  ${text}`, LONGEST);
}

function wordsOf(view: RunView, event: RunEvent): readonly [verb: string, text: string] | undefined {
  switch (event.kind) {
    case "command":
      return ["runs", plainCommand(event.command)];
    case "command-end":
      return endWords(view, event);
    case "read":
      return isToldByCommand(view, event.path) ? undefined : ["reads", shownPath(view, event.path)];
    case "edit":
      return ["edits", shownPath(view, event.path)];
    case "tool":
      return ["uses", oneLine(event.name)];
    case "message":
      return ["says", messageWords(event.text)];
    case "error":
      return ["error", errorWords(event)];
    case "phase":
      return ["", oneLine(event.text)];
    case "thread":
      return ["thread", oneLine(event.threadId)];
    case "left-out":
      return ["", "so much happens that not all of it is shown from here on"];
    case "turn":
    case "tokens":
      return undefined;
  }
}

/** Files are mostly read by commands that name them, which was said already. */
function isToldByCommand({ running }: RunView, path: string): boolean {
  return running.some(({ command }) => command.includes(oneLine(basename(path))));
}

type CommandEnd = Extract<RunEvent, { kind: "command-end" }>;

function endWords(view: RunView, event: CommandEnd): readonly [string, string] | undefined {
  const begun = runningCommand(view, event);
  const took = begun === undefined ? 0 : Date.parse(event.at) - begun.since;
  if (event.exitCode === 0 && took < WORTH_A_LINE_MS) return undefined;
  const how = event.exitCode === null ? "ended without an exit code" : `ended with ${event.exitCode}`;
  const after = begun === undefined ? "" : ` after ${spanText(took)}`;
  return [event.exitCode === 0 ? "done" : "failed", `${plainCommand(event.command)} (${how}${after})`];
}
