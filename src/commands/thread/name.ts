import { oneLine } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done } from "#codex/protocol.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { LAST_OPTION, locationsIn } from "#commands/thread/named/named-run.ts";
import { namedThread } from "#commands/thread/named/named-thread.ts";
import { withThreadServer } from "./with-thread-server.ts";

const LONGEST = 200;

/** `countersign thread name`: what a thread is called in Codex's own list. */
export const threadName: Command = {
  name: "thread name",
  summary: "Name a thread, in Codex's own list too. No model is asked.",
  usage: "<thread|run> NAME | --last NAME [--json]",
  options: { last: LAST_OPTION, json: JSON_OPTION },
  positionals: 2,
  run: nameThread,
};

async function nameThread(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const name = oneLine(call.positionals[call.flags.has("last") ? 0 : 1] ?? "");
  if (name === "" || name.length > LONGEST) {
    throw usage(`thread name: give a name of 1 to ${LONGEST} characters`);
  }
  const { id } = await namedThread(call, "thread name", 1);
  try {
    await withThreadServer(call, locations, async (server) => {
      await server.request("thread/name/set", { threadId: id, name }, Done, call.signal);
    });
  } catch (error) {
    if (!(error instanceof CodexFault) || error.failure.kind !== "protocol") throw error;
    throw usage(`Codex does not name the thread ${id}: ${error.failure.detail}`);
  }
  if (call.flags.has("json")) printJson(call, "thread-name", { thread: id, name });
  else call.stdout.write(`${id} is called ${name}\n`);
  return 0;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
