import { oneLine } from "#base/text.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { messageWords } from "./message-words.ts";
import { plainCommand } from "./plain-command.ts";

export type RunningCommand = {
  /** Codex's id of it, where it gave one. */
  readonly item: string | null;
  readonly command: string;
  /** Epoch milliseconds. */
  readonly since: number;
};

/** What is known of a run from its events so far: all that a line about it needs. */
export type RunView = {
  /** Epoch milliseconds at which the run began. */
  readonly began: number;
  /** Where it works: what lies there is named from there. */
  readonly cwd: string;
  /** Those that were begun and have not ended, the oldest first. */
  readonly running: readonly RunningCommand[];
  readonly commands: number;
  readonly edited: ReadonlySet<string>;
  readonly tokens: { readonly input: number; readonly output: number } | undefined;
  readonly threadId: string | undefined;
  /** The first one: a review works in a second one, of a thread of its own. */
  readonly turnId: string | undefined;
  /** What it did last, in a few words, and when (epoch milliseconds). */
  readonly last: { readonly text: string; readonly at: number } | undefined;
};

export function noEventYet(began: number, cwd: string): RunView {
  return {
    began,
    cwd,
    running: [],
    commands: 0,
    edited: new Set(),
    tokens: undefined,
    threadId: undefined,
    turnId: undefined,
    last: undefined,
  };
}

/** Returns the view after one more event. */
export function viewAfter(view: RunView, event: RunEvent): RunView {
  const at = Date.parse(event.at);
  switch (event.kind) {
    case "command": {
      const command = plainCommand(event.command);
      const running = [...view.running, { item: event.item, command, since: at }];
      return { ...view, running, commands: view.commands + 1, last: { text: `runs ${command}`, at } };
    }
    case "command-end": {
      const ended = runningCommand(view, event);
      return { ...view, running: view.running.filter((one) => one !== ended), last: { text: "thinks", at } };
    }
    case "tokens":
      return { ...view, tokens: { input: event.input, output: event.output } };
    case "thread":
      return { ...view, threadId: event.threadId };
    case "turn":
      return {
        ...view,
        turnId: view.turnId ?? event.turnId ?? undefined,
        last: { text: TURN_WORDS[event.state], at },
      };
    case "edit":
      return {
        ...view,
        edited: new Set([...view.edited, event.path]),
        last: { text: `edits ${shownPath(view, event.path)}`, at },
      };
    case "read":
      return { ...view, last: { text: `reads ${shownPath(view, event.path)}`, at } };
    case "tool":
      return { ...view, last: { text: `uses ${oneLine(event.name)}`, at } };
    case "message":
      return { ...view, last: { text: `says ${messageWords(event.text)}`, at } };
    case "phase":
      return { ...view, last: { text: oneLine(event.text), at } };
    case "error":
      return { ...view, last: { text: errorWords(event), at } };
    case "left-out":
      return view;
  }
}

const TURN_WORDS = {
  started: "thinks",
  completed: "has ended its turn",
  failed: "could not end its turn",
  interrupted: "was interrupted",
} as const;

/** Returns the running command that such an end is about: by Codex's id, else the oldest of that text. */
export function runningCommand(
  view: RunView,
  { item, command }: { readonly item: string | null; readonly command: string },
): RunningCommand | undefined {
  const text = plainCommand(command);
  return view.running.find((one) => (item === null ? one.command === text : one.item === item));
}

/** Returns a path on one line that is safe for a terminal, from where the run works if it lies there. */
export function shownPath({ cwd }: Pick<RunView, "cwd">, path: string): string {
  return oneLine(path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path);
}

/** Returns what went wrong on one line, and whether Codex goes on trying. */
export function errorWords(event: { readonly text: string; readonly willRetry: boolean }): string {
  return event.willRetry ? `retrying after: ${oneLine(event.text)}` : oneLine(event.text);
}
