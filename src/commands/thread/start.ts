import { type Call, type Command, UsageFault } from "#commands/command.ts";
import { locationsIn } from "#commands/thread/named/named-run.ts";
import { readPrompt } from "./read-prompt.ts";
import { runAndTell } from "./run-and-tell.ts";
import { commonRequest, PROMPT_FILE_OPTION, RUN_OPTIONS, RUN_USAGE, WRITE_OPTION } from "./thread-options.ts";

/** `countersign thread start`: a turn on a fresh thread. */
export const threadStart: Command = {
  name: "thread start",
  summary:
    "Ask Codex for something on a fresh thread, which can be continued; read-only unless told otherwise.",
  usage: `PROMPT|-|--file FILE [--write] [--name NAME] ${RUN_USAGE}`,
  options: {
    file: PROMPT_FILE_OPTION,
    write: WRITE_OPTION,
    name: { type: "string", value: "NAME", help: "what the thread is called in Codex's own list" },
    ...RUN_OPTIONS,
  },
  positionals: 1,
  run: start,
};

async function start(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const prompt = await readPrompt(call, "thread start", call.positionals[0]);
  return await runAndTell(call, locations, {
    ...commonRequest(call, locations, call.cwd),
    kind: "turn",
    prompt,
    write: call.flags.has("write"),
    resumes: null,
    name: nameOf(call),
    target: null,
    focus: null,
  });
}

function nameOf(call: Call): string | null {
  const name = call.texts.get("name");
  if (name === undefined) return null;
  if (name.trim() !== "") return name;
  throw new UsageFault({ kind: "usage", text: "thread start: the name is empty" });
}
