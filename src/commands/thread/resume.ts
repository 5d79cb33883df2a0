import type { Call, Command } from "#commands/command.ts";
import { LAST_OPTION, locationsIn } from "#commands/thread/named/named-run.ts";
import { namedThread } from "#commands/thread/named/named-thread.ts";
import { readPrompt } from "./read-prompt.ts";
import { runAndTell } from "./run-and-tell.ts";
import { commonRequest, PROMPT_FILE_OPTION, RUN_OPTIONS, RUN_USAGE, WRITE_OPTION } from "./thread-options.ts";

/** `countersign thread resume`: a further turn on a thread, which knows all that was before. */
export const threadResume: Command = {
  name: "thread resume",
  summary: "Continue a thread: only the new prompt is sent, the thread keeps the rest.",
  usage: `<thread|run>|--last PROMPT|-|--file FILE [--write] ${RUN_USAGE}`,
  options: {
    last: { ...LAST_OPTION, help: "the thread of the latest run in this repository; never one of the gate" },
    file: PROMPT_FILE_OPTION,
    write: WRITE_OPTION,
    ...RUN_OPTIONS,
  },
  positionals: 2,
  run: resume,
};

async function resume(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const words = call.flags.has("last") ? call.positionals : call.positionals.slice(1);
  const thread = await namedThread(call, "thread resume", 1);
  const prompt = await readPrompt(call, "thread resume", words[0]);
  return await runAndTell(call, locations, {
    ...commonRequest(call, locations, thread.cwd ?? call.cwd),
    kind: "turn",
    prompt,
    write: call.flags.has("write"),
    resumes: thread.id,
    name: null,
    target: null,
    focus: null,
  });
}
