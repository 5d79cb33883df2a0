import { type SharedFiles, textsOf } from "./shared-files.ts";
import { closeShell } from "./story-shell.ts";
import type { Session, SessionName, StoryStop, World } from "./story-world.ts";

/** A session comes to its stop; where the review signs, its baseline moves. */
export function stop(world: World, who: SessionName, signed: boolean): void {
  closeShell(world, who);
  world.now += 10;
  const { now: at, truth, sessions } = world;
  const seen = { files: textsOf(truth), at, until: at + 1 };
  world.stops.push({
    viewer: who,
    ...seen,
    sessions: copied(sessions),
    truth: copiedTruth(truth),
    committed: world.hasCommit,
  });
  world.hasCommit = false;
  sessions[who].seen.push(seen);
  if (signed) sessions[who].baseline = { ...seen, until: at, why: "signed" };
}

function copied(sessions: World["sessions"]): StoryStop["sessions"] {
  const copy = ({ calls, seen, ...session }: Session): Session => ({
    ...session,
    calls: calls.map((call) => ({ ...call })),
    seen: [...seen],
  });
  return { A: copy(sessions.A), B: copy(sessions.B) };
}

function copiedTruth(truth: SharedFiles): SharedFiles {
  return {
    ...truth,
    files: new Map(truth.files),
    flags: new Map(truth.flags),
    flips: [...truth.flips],
    log: [...truth.log],
    moves: [...truth.moves],
    fates: new Map([...truth.fates].map(([line, fate]) => [line, { ...fate }])),
    muddled: new Set(truth.muddled),
    aside: [...truth.aside],
  };
}
