import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { HookName } from "#test/gate-world.ts";
import type { ChaosWorld, PlayedHost } from "./chaos-world.ts";
import { type HookCall, startCall } from "./hook-call.ts";
import type { PlayedReviewer } from "./played-reviewer.ts";
import type { Scenario, SessionPlan } from "./scenario.ts";
import type { Workplace } from "./workplace.ts";

/** One session of a scenario, as its host sees it. */
export type Player = {
  readonly index: number;
  readonly id: SessionId;
  readonly plan: SessionPlan;
  /** The top of the work tree that it works in. */
  readonly root: string;
  host: PlayedHost;
  hostLives: boolean;
  promptId: string;
  deadlineSeconds: number;
};

/** What the scenario broke: some of it changes what may be asked of the gate. */
export type Harm = {
  /** Sessions whose file, or whose start, was meddled with. */
  readonly sessions: Set<number>;
  /** Paths of receipts that were damaged or removed. */
  readonly receipts: Set<string>;
  verdicts: boolean;
  stores: boolean;
  disk: boolean;
  config: boolean;
  readonly removedTrees: Set<string>;
  /** What a person clears away when the storm is over. */
  readonly toClear: Set<string>;
  /** Folders that were put in the place of a file. */
  readonly folders: Set<string>;
  /** Files that the scenario left lying as if a dead process had. */
  readonly left: Set<string>;
};

/** All that plays in one scenario, and what has happened in it so far. */
export type Stage = {
  readonly scenario: Scenario;
  readonly world: ChaosWorld;
  readonly work: Workplace;
  readonly reviewer: PlayedReviewer;
  readonly players: readonly Player[];
  readonly calls: HookCall[];
  readonly harm: Harm;
  /** The command that the reviewer runs where it runs a lasting one. */
  readonly command: string;
  /** Where sockets of servers were, as long as they ran. */
  readonly sockets: Set<string>;
  /** What struck, in order, as one can read it. */
  readonly struck: string[];
  /** Strikes of which nobody waits for the end. */
  readonly pending: Promise<unknown>[];
};

export function newPlayer(
  world: ChaosWorld,
  given: Pick<Player, "index" | "plan" | "root" | "deadlineSeconds">,
): Player {
  const id = parseShape(randomUUID(), SessionId);
  return { ...given, id, host: world.host(), hostLives: true, promptId: randomUUID() };
}

export function noHarm(): Harm {
  return {
    sessions: new Set(),
    receipts: new Set(),
    verdicts: false,
    stores: false,
    disk: false,
    config: false,
    removedTrees: new Set(),
    toClear: new Set(),
    folders: new Set(),
    left: new Set(),
  };
}

type CallOptions = {
  readonly label: string;
  readonly fields: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly fileLimit?: number | undefined;
};

/** Starts one of a session's hooks and puts it on the list. */
export function callHook(stage: Stage, player: Player, hook: HookName, options: CallOptions): HookCall {
  const { world } = stage;
  const common = {
    session_id: player.id,
    cwd: player.root,
    transcript_path: join(world.repository.beside, `${player.id}.jsonl`),
  };
  const call = startCall({
    label: options.label,
    hook,
    session: player.index,
    promptId: player.promptId,
    input: { ...common, ...options.fields },
    env: {
      ...world.env,
      CLAUDE_PID: String(player.host.pid),
      COUNTERSIGN_ON_FAILURE: player.plan.onFailure,
      COUNTERSIGN_DEADLINE_SECONDS: String(player.deadlineSeconds),
      ...options.env,
    },
    cwd: world.repository.beside,
    fileLimit: options.fileLimit,
  });
  stage.calls.push(call);
  return call;
}

/** What the host says at a session's start. */
export function startFields(source: string): object {
  return { hook_event_name: "SessionStart", source };
}

/** What the host says at a session's end. */
export const END_FIELDS = { hook_event_name: "SessionEnd", reason: "other" };

/** What the host says at a stop; the agent's message names it, so that the played model knows it again. */
export function stopFields(player: Player, label: string): object {
  return {
    hook_event_name: "Stop",
    stop_hook_active: false,
    prompt_id: player.promptId,
    last_assistant_message: `I am done with stop ${label}.`,
    background_tasks: [],
  };
}
