import { type Dice, seededDice } from "#test/seeded-dice.ts";
import {
  DAMAGES,
  EDITS,
  type Edit,
  type Fault,
  type Moment,
  PROVIDER_FAULTS,
  type ProviderFault,
  REPOSITORY_ACTS,
  type Scenario,
  SESSION_ACTS,
  type SessionPlan,
  STATE_FILES,
  type StopPlan,
  type Strike,
  type Target,
  type WatchedFile,
} from "./scenario.ts";

const TARGETS: readonly Target[] = ["hook", "hook", "hook", "server", "server", "keeper", "command", "host"];
const WATCHED: readonly WatchedFile[] = ["stop-lock", "session-lock", "receipt", "verdict", "client"];

/** Every so many scenarios one has the real Claude Code for its host: it is slower. */
const CLAUDE_EVERY = 20;

/** Returns the storm with this number of a seed: the same one whenever it is asked for. */
export function rollScenario(seed: number, number: number): Scenario {
  const dice = seededDice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  return number % CLAUDE_EVERY === CLAUDE_EVERY - 1
    ? rollClaude(dice, { seed, number })
    : rollPlayed(dice, { seed, number });
}

function rollPlayed(dice: Dice, name: Pick<Scenario, "seed" | "number">): Scenario {
  const sessions = times(dice.pick([1, 1, 1, 2, 2, 3]), () => session(dice));
  const faults = times(dice.pick([1, 1, 2, 2, 3]), () => fault(dice, sessions));
  return {
    ...name,
    host: "played",
    retries: dice.pick([0, 0, 0, 1]),
    deadlineSeconds: faults.some(isWaitedOut) ? SHORT_SECONDS : LONG_SECONDS,
    sessions: withCommands(sessions, faults),
    faults,
  };
}

/** One session with one change, and one blow at whatever runs for it. */
function rollClaude(dice: Dice, name: Pick<Scenario, "seed" | "number">): Scenario {
  const signal = dice.pick(["SIGKILL", "SIGTERM"] as const);
  const target = dice.pick(["host", "host", "server", "keeper", "command"] as const);
  const strikes: readonly Strike[] = [
    { kind: "kill", target, signal },
    { kind: "kill", target: "host", signal },
    provider(dice),
    {
      kind: "state",
      file: dice.pick(["session", "lease", "server-record", "verdict"]),
      damage: dice.pick(DAMAGES),
    },
  ];
  const what = dice.pick(strikes);
  const moment: Moment =
    what.kind === "provider" || dice.once(2)
      ? { kind: "asked", nth: 1 }
      : dice.pick([
          { kind: "started", ms: 1_000 + dice.below(5_000) },
          { kind: "answered", ms: dice.below(300) },
        ]);
  const faults: readonly Fault[] = [{ session: 0, hook: 1, moment, strike: what }];
  const plan: SessionPlan = {
    place: "main",
    onFailure: "allow",
    command: target === "command" ? "lasting" : "none",
    stops: [{ edits: [dice.pick(["new", "bug"] as const)], prompt: true }],
  };
  const deadlineSeconds = faults.some(isWaitedOut) ? SHORT_SECONDS : LONG_SECONDS;
  return { ...name, host: "claude", retries: 0, deadlineSeconds, sessions: [plan], faults };
}

const SHORT_SECONDS = 6;
const LONG_SECONDS = 60;
const WAITED_OUT: readonly ProviderFault[] = ["silent", "silent-stream"];

function isWaitedOut({ strike: what }: Fault): boolean {
  return what.kind === "provider" && WAITED_OUT.includes(what.fault);
}

function session(dice: Dice): SessionPlan {
  return {
    place: dice.once(8) ? "worktree" : "main",
    onFailure: dice.once(5) ? "block" : "allow",
    command: dice.pick(["none", "none", "none", "quick", "lasting", "stubborn"]),
    stops: times(dice.pick([1, 2, 2, 3]), (index) => stop(dice, index)),
  };
}

function stop(dice: Dice, index: number): StopPlan {
  const first: readonly Edit[] = ["new", "new", "bug", "bug", "commit"];
  const edits = times(dice.pick([1, 1, 2]), () => dice.pick(index === 0 ? first : EDITS));
  return { edits: dice.once(12) ? [] : edits, prompt: dice.once(3) };
}

/** A blow at the reviewer's command needs a command. */
function withCommands(sessions: readonly SessionPlan[], faults: readonly Fault[]): readonly SessionPlan[] {
  return sessions.map((plan, index) => {
    const aimed = faults.some(
      ({ session: at, strike }) => at === index && "target" in strike && strike.target === "command",
    );
    return aimed && plan.command !== "stubborn" ? { ...plan, command: "lasting" } : plan;
  });
}

function fault(dice: Dice, sessions: readonly SessionPlan[]): Fault {
  const at = dice.below(sessions.length);
  const stops = sessions[at]?.stops.length ?? 1;
  const hook = dice.once(8) ? 0 : 1 + dice.below(stops);
  const what = hook === 0 ? strikeAtStart(dice) : strike(dice);
  return { session: at, hook, moment: momentOf(dice, what, hook), strike: what };
}

/** Nobody asks a model at a session's start. */
function strikeAtStart(dice: Dice): Strike {
  return dice.pick([kill, state, state, repository, rest])(dice);
}

function strike(dice: Dice): Strike {
  return dice.pick([
    kill,
    kill,
    kill,
    pause,
    provider,
    provider,
    provider,
    state,
    state,
    state,
    repository,
    repository,
    rest,
    rest,
  ])(dice);
}

function kill(dice: Dice): Strike {
  return { kind: "kill", target: dice.pick(TARGETS), signal: dice.once(3) ? "SIGTERM" : "SIGKILL" };
}

function pause(dice: Dice): Strike {
  return { kind: "pause", target: dice.pick(TARGETS), ms: dice.pick([50, 300, 1_500, 3_500]) };
}

function provider(dice: Dice): Strike {
  return { kind: "provider", fault: dice.pick(PROVIDER_FAULTS) };
}

function state(dice: Dice): Strike {
  return { kind: "state", file: dice.pick(STATE_FILES), damage: dice.pick(DAMAGES) };
}

function repository(dice: Dice): Strike {
  return { kind: "repository", act: dice.pick(REPOSITORY_ACTS) };
}

function rest(dice: Dice): Strike {
  const session: Strike = { kind: "session", act: dice.pick(SESSION_ACTS) };
  const config: Strike = { kind: "config", act: dice.pick(["off", "garbage", "other"] as const) };
  const limit: Strike = { kind: "file-limit", kilobytes: dice.pick([0, 1, 2, 4, 8]) };
  return dice.pick([session, session, session, config, limit, { kind: "disk-full" }]);
}

/** What the model does can only go wrong when it is asked, and a limit is there from the beginning. */
function momentOf(dice: Dice, { kind }: Strike, hook: number): Moment {
  if (kind === "provider") return { kind: "asked", nth: dice.pick([1, 1, 1, 1, 2]) };
  if (kind === "file-limit") return { kind: "started", ms: 0 };
  if (hook === 0) return { kind: "started", ms: dice.below(600) };
  const moments: readonly Moment[] = [
    { kind: "started", ms: 0 },
    { kind: "started", ms: dice.below(1_500) },
    { kind: "asked", nth: dice.pick([1, 1, 1, 2]) },
    { kind: "asked", nth: 1 },
    { kind: "answered", ms: dice.below(60) },
    { kind: "answered", ms: dice.below(400) },
    { kind: "file", file: dice.pick(WATCHED), ms: dice.pick([0, 0, 1, 3, 10]) },
    { kind: "file", file: dice.pick(WATCHED), ms: dice.pick([0, 0, 2, 5, 20]) },
  ];
  return dice.pick(moments);
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
