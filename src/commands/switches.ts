import { sep } from "node:path";
import { errorText } from "#base/fault.ts";
import type { SessionId } from "#base/ids.ts";
import { count } from "#base/text.ts";
import { type OpenBreaker, openBreakers } from "#commands/review/breaker-now.ts";
import type { Mode } from "#gate/mode.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { setUserGate } from "#runs/config/user-config.ts";
import { StateFault } from "#runs/fault.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import type { Ask, Request } from "#runs/sessions/request.ts";
import { answerRequest } from "#runs/sessions/requests.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "./command.ts";
import { effectiveConfigOf, originText } from "./effective-config.ts";
import { fileRequest, leaveToNextStop, mayOnlyAsk } from "./file-request.ts";
import { folded } from "./folded.ts";
import { sessionOption } from "./session-option.ts";
import { sessionsAtWork } from "./sessions-at-work.ts";
import { switching } from "./watch/accept-watched.ts";

const SESSION_OPTION = { type: "string", value: "ID", help: "only this session" } as const;

/** `countersign on`: always acts, whoever asks. */
export const on: Command = {
  name: "on",
  summary: "Turn the gate on, for live sessions too.",
  usage: "[--session ID] [--json]",
  options: { session: SESSION_OPTION, json: JSON_OPTION },
  run: (call) => use(call, { kind: "on" }),
};

/** `countersign off`: acts from a terminal; under an agent it files a request. */
export const off: Command = {
  name: "off",
  summary: "Turn the gate off, for live sessions too.",
  usage: "[--session ID] [--json]",
  options: { session: SESSION_OPTION, json: JSON_OPTION },
  run: (call) => use(call, { kind: "off" }),
};

/** `countersign skip`: lets one stop through, under the same rule as `off`. */
export const skip: Command = {
  name: "skip",
  summary: "Let the next stop in this folder through without a review.",
  usage: "[--why TEXT] [--session ID] [--json]",
  options: {
    why: { type: "string", value: "TEXT", help: "the reason, for the record" },
    session: SESSION_OPTION,
    json: JSON_OPTION,
  },
  run: (call) => use(call, { kind: "skip", why: call.texts.get("why") ?? "no reason given" }),
};

/** What is asked of sessions; a dismissal is asked of a repository. */
type Switch = Extract<Ask, { kind: "on" | "off" | "skip" }>;

type Switched = Request & { readonly ask: Switch };

async function use(call: Call, ask: Switch): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  if (mayOnlyAsk(call, ask)) return await leaveToNextStop(call, locations, ask);
  const sessions = chosenSessions(call, locations, ask);
  const ended = ask.kind === "on" ? openBreakers(locations, call.now.getTime()) : [];
  const request = { ...(await fileRequest(call, locations, ask)), ask };
  if (ask.kind !== "skip" && request.session === null) await switchEverywhere(call, locations, request);
  const changed = await changeSessions(call, locations, request, sessions);
  const text = outcomeText(call, locations, request, changed.length);
  const done = { kind: "done", request: request.id, sessions: changed };
  if (call.flags.has("json")) {
    const endedPauses = ended.map(({ pause }) => pause.receipt);
    printJson(call, ask.kind, ask.kind === "on" ? { ...done, endedPauses } : done);
  } else call.stdout.write(folded(call.stdout, [text, ...ended.map(endedText), ""].join("\n")));
  return 0;
}

/** The sessions that the ask means: the named one, for `skip` those at work here, else all live ones. */
function chosenSessions(call: Call, locations: Locations, ask: Switch): readonly Session[] {
  const live = sessionsAtWork(locations, call.now);
  const id = sessionOption(call);
  if (id !== undefined) {
    const named = readSession(locations, id);
    if (named.kind === "session") return [named.session];
    throw usage(`session ${id} is not known; ${listed(live)}`);
  }
  if (ask.kind !== "skip") return live;
  const here = live.filter((session) => contains(session.baseline?.root ?? session.cwd, call.cwd));
  if (here.length === 0) throw usage(`no live session works in ${call.cwd}; ${listed(live)}`);
  return here;
}

/** A file that cannot be changed leaves the sessions as they are too, and the request says why. */
async function switchEverywhere(call: Call, locations: Locations, request: Switched): Promise<void> {
  const gate = modeOf(request.ask);
  const answer = { request: request.id, session: null, at: call.now.toISOString() };
  try {
    await switching(call, locations, () => setUserGate(locations, gate, call.signal));
  } catch (error) {
    await answerRequest(locations, { ...answer, outcome: "refused", detail: errorText(error) });
    if (!(error instanceof StateFault) || error.failure.kind !== "state-corrupt") throw error;
    const { path, detail } = error.failure;
    throw usage(
      `${path} is no configuration (${detail}) and was left as it is; mend or remove it, then try again`,
    );
  }
  const detail = `gate is ${gate} in ${locations.userConfig}`;
  await answerRequest(locations, { ...answer, outcome: "done", detail });
}

/** A pinned session follows a person's word, not the file: so the word is put into its own file. */
async function changeSessions(
  call: Call,
  locations: Locations,
  request: Switched,
  sessions: readonly Session[],
): Promise<readonly SessionId[]> {
  const { ask, by } = request;
  const at = call.now.toISOString();
  const word =
    ask.kind === "skip" ? { skipNext: { by, why: ask.why, at } } : { mode: { gate: modeOf(ask), by, at } };
  const changed: SessionId[] = [];
  for (const { session_id } of sessions) {
    const change = await changeSession(
      locations,
      session_id,
      (session) => session && { ...session, ...word },
      call.signal,
    );
    if (change.session === undefined) continue;
    changed.push(session_id);
    const detail = `${ask.kind} for this session`;
    await answerRequest(locations, { request: request.id, session: session_id, at, outcome: "done", detail });
  }
  return changed;
}

/** The request that was filed is what ends it. */
function endedText({ pause: { failure, receipt } }: OpenBreaker): string {
  return `The pause after ${failure} (receipt ${receipt}) is over: the next stop has the reviewer tried again.`;
}

function outcomeText(call: Call, locations: Locations, { ask, session }: Switched, changed: number): string {
  const sessions = count(changed, "live session");
  if (ask.kind === "skip") return `The next stop of ${sessions} is let through without a review.`;
  const back = ask.kind === "off" ? " `countersign on` turns it on again." : "";
  if (session !== null) return `The gate is ${ask.kind} for session ${session}.${back}`;
  const done = `The gate is ${ask.kind}: ${locations.userConfig} says so, and ${sessions} follow${changed === 1 ? "s" : ""}.${back}`;
  const { mode, origins } = effectiveConfigOf(call, locations, workTreeRoot(call.cwd));
  if ((mode === "off") === (ask.kind === "off")) return done;
  return `${done}\nNew sessions in this folder will still find it set to ${mode}: ${originText(origins.gate)} decides here.`;
}

function modeOf(ask: Switch): Mode {
  return ask.kind === "off" ? "off" : "enforce";
}

function contains(root: string, folder: string): boolean {
  return folder === root || folder.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function listed(live: readonly Session[]): string {
  if (live.length === 0) return "no session is live";
  return `live: ${live.map((session) => `${session.session_id} (${session.cwd})`).join(", ")}`;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
