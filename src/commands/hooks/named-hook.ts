import { oneLine } from "#base/text.ts";
import type { HookOutput } from "#claude/hook-output.ts";
import type { Command } from "#commands/command.ts";
import type { HookCall } from "./hook-call.ts";
import { runHook } from "./run-hook.ts";

const HELP = ["--help", "-h"];

/** `countersign hook`: the hooks by name, for settings that are written by hand. */
export const hook: Command = {
  name: "hook",
  summary: "Answer one of Claude Code's hooks, as settings.example.json registers it.",
  usage: "session-start|stop|session-end",
  options: {},
  positionals: 1,
  run: async ({ positionals }) => {
    await runNamedHook(positionals);
    return 0;
  },
};

/**
 * Returns the words after `hook` where a hook is called, and `undefined` for every other command.
 * Whoever asks for a hook gets a hook's answer: exit code 2 of a Stop hook would hold the stop back.
 */
export function hookWords([first, ...rest]: readonly string[]): readonly string[] | undefined {
  return first === "hook" && !HELP.includes(rest[0] ?? "") ? rest : undefined;
}

/** Runs the hook that the first word names: one JSON object on stdout and exit code 0, whatever it is. */
export async function runNamedHook([event]: readonly string[]): Promise<void> {
  await runHook(async (call) => await answer(event, call));
}

/** Each hook's module is loaded only for its own event. */
async function answer(event: string | undefined, call: HookCall): Promise<HookOutput> {
  switch (event) {
    case "session-start":
      return await (await import("./session-start.ts")).sessionStart(call);
    case "stop":
      return await (await import("./stop.ts")).stop(call);
    case "session-end":
      return await (await import("./session-end.ts")).sessionEnd(call);
    default:
      return { systemMessage: unknownEvent(event) };
  }
}

function unknownEvent(event: string | undefined): string {
  const named = event === undefined ? "without an event" : `for "${oneLine(event)}", which is no event of it`;
  return `Countersign: its hook was called ${named}, so nothing is reviewed here. The events are session-start, stop and session-end; mend the command in Claude Code's settings, or run \`countersign setup\`.`;
}
