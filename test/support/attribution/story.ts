import { createFile, SECTIONS, type SharedFiles, textsOf, writeSection } from "./shared-files.ts";
import { happen, PATHS } from "./story-events.ts";
import { stop } from "./story-stop.ts";
import type { Session, StoryStop, World } from "./story-world.ts";

/**
 * Tells a story of two sessions and a person in one tree out of random numbers: edits by tools,
 * shells that stay open while others write, renames, deletions, commits, work that is put aside
 * and brought back, and stops of either session, some of them signed. Returns its stops.
 */
export function tellStory(choices: readonly number[]): readonly StoryStop[] {
  const world = begin();
  for (const choice of choices) {
    world.now += 10;
    happen(world, choice);
  }
  for (const name of ["A", "B"] as const) {
    world.now += 10;
    stop(world, name, false);
  }
  return world.stops;
}

function begin(): World {
  const truth: SharedFiles = {
    files: new Map(),
    flags: new Map(),
    flips: [],
    log: [],
    fates: new Map(),
    moves: [],
    muddled: new Set(),
    aside: [],
    lines: 0,
  };
  for (const path of PATHS) {
    createFile(truth, { path, section: "file", by: "P", means: "person", time: 0 });
    for (let section = 0; section < SECTIONS; section += 1) {
      for (const choice of [0, 0])
        writeSection(truth, { path, section, by: "P", means: "person", time: 0 }, choice);
    }
  }
  const files = textsOf(truth);
  const session = (): Session => ({
    started: 1,
    baseline: { files, at: 1, until: 1, why: "start" },
    calls: [],
    seen: [],
  });
  return {
    truth,
    sessions: { A: session(), B: session() },
    stops: [],
    committed: files,
    aside: undefined,
    hasCommit: false,
    now: 10,
  };
}
