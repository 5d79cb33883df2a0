import { type Locations, locationsOf } from "#runs/locations.ts";
import type { Ask, Request } from "#runs/sessions/request.ts";
import { writeRequest } from "#runs/sessions/requests.ts";
import { askerOf } from "./asker.ts";
import { type Call, printJson } from "./command.ts";
import { folded } from "./folded.ts";
import { sessionOption } from "./session-option.ts";

/**
 * Returns whether a switch may only be asked for here. Under an agent `!countersign off` typed by
 * a person and the agent's own shell look alike while they run: only the next stop, which sees the
 * transcript, can tell them apart. To make the gate stricter is everybody's to do.
 */
export function mayOnlyAsk(call: Call, ask: Ask): boolean {
  const stricter = ask.kind === "on" || ask.kind === "undo-dismiss";
  if (stricter) return false;
  return askerOf(call, locationsOf(call.environment, call.home, call.platform)).by !== "terminal";
}

/** Files the request for the next stop to answer, says so, and returns the exit code. */
export async function leaveToNextStop(call: Call, locations: Locations, ask: Ask): Promise<number> {
  const request = await fileRequest(call, locations, ask);
  if (call.flags.has("json")) printJson(call, ask.kind, { kind: "filed", request: request.id });
  else call.stdout.write(folded(call.stdout, `Filed: ${ask.kind}. ${onlyFiled(request)}\n`));
  return 0;
}

/** Writes a request before anything else happens, so that every use of a switch leaves a trace. */
export async function fileRequest(call: Call, locations: Locations, ask: Ask): Promise<Request> {
  return await writeRequest(locations, {
    at: call.now.toISOString(),
    ask,
    session: sessionOption(call) ?? null,
    ...askerOf(call, locations),
    words: [...call.words],
    cwd: call.cwd,
    tty: call.stdinIsTerminal,
  });
}

function onlyFiled({ ask: { kind }, by }: Request): string {
  const why = by === "no-terminal" ? "A session is live, and this was run without a terminal. " : "";
  const does = kind === "remove" ? "The gate is off for this session" : "It holds";
  return `${why}${does} from the next stop on, if the transcript then shows that a person typed this; an agent's attempt is recorded and refused. In a terminal of your own it acts at once.`;
}
