import { readHostEnvironment } from "#claude/host-environment.ts";
import type { Locations } from "#runs/locations.ts";
import type { Ask, Request } from "#runs/request.ts";
import { writeRequest } from "#runs/requests.ts";
import { sessionOption } from "./audit-runs.ts";
import { type Call, printJson } from "./command.ts";

/**
 * Returns whether a switch may only be asked for here. Under an agent `!countersign off` typed by
 * a person and the agent's own shell look alike while they run: only the next stop, which sees the
 * transcript, can tell them apart. To make the gate stricter is everybody's to do.
 */
export function mayOnlyAsk(call: Call, ask: Ask): boolean {
  const stricter = ask.kind === "on" || ask.kind === "undo-dismiss";
  return !stricter && readHostEnvironment(call.environment).underAgent;
}

/** Files the request for the next stop to answer, says so, and returns the exit code. */
export async function leaveToNextStop(call: Call, locations: Locations, ask: Ask): Promise<number> {
  const request = await fileRequest(call, locations, ask);
  if (call.flags.has("json")) printJson(call, ask.kind, { kind: "filed", request: request.id });
  else call.stdout.write(`Filed: ${ask.kind}. ${onlyFiled(ask)}\n`);
  return 0;
}

/** Writes a request before anything else happens, so that every use of a switch leaves a trace. */
export async function fileRequest(call: Call, locations: Locations, ask: Ask): Promise<Request> {
  const host = readHostEnvironment(call.environment);
  return await writeRequest(locations, {
    at: call.now.toISOString(),
    ask,
    session: sessionOption(call) ?? null,
    by: host.underAgent ? "agent-shell" : "terminal",
    agentSession: host.underAgent ? (host.sessionId ?? null) : null,
    words: [...call.words],
    cwd: call.cwd,
    tty: call.stdinIsTerminal,
  });
}

function onlyFiled({ kind }: Ask): string {
  const does = kind === "remove" ? "The gate is off for this session" : "It holds";
  return `${does} from the next stop on, if the transcript then shows that a person typed this; an agent's attempt is recorded and refused. In a terminal of your own it acts at once.`;
}
