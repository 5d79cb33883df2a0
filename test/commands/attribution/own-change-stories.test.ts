import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellStory } from "#test/attribution/story.ts";
import { COMMON } from "#test/attribution/story-events.ts";
import { storyText } from "#test/attribution/story-text.ts";
import { tellInGit } from "#test/attribution/told-in-git.ts";
import { violationsOf } from "#test/attribution/violations.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { FUZZ_SEED, fc } from "#test/seeded-check.ts";

const PARTS = 10;
const STORIES = Number(process.env["STORIES"] ?? 500);

describe(`two sessions in one tree, FUZZ_SEED=${FUZZ_SEED}`, () => {
  const home = makeRepository();
  beforeAll(() => {
    vi.stubEnv("HOME", home.home);
    vi.stubEnv("XDG_CONFIG_HOME", undefined);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    home.remove();
  });

  it.concurrent.each(Array.from({ length: PARTS }, (_none, part) => part))(
    "every review holds all of the own work and nothing that is provably another's, part %i",
    async (part) => {
      const choices = fc.array(fc.nat({ max: COMMON + COMMON / 4 }), { minLength: 6, maxLength: 22 });
      const stories = fc.sample(choices, { seed: FUZZ_SEED + part, numRuns: Math.ceil(STORIES / PARTS) });
      const scratch = makeRepository();
      try {
        const told = await tellInGit(scratch);
        for (const story of stories) await tell(told, story);
      } finally {
        scratch.remove();
      }
    },
    1_800_000,
  );
});

/** One story in five is about a session whose gate is off: what it does counts as the other's. */
async function tell(told: Awaited<ReturnType<typeof tellInGit>>, story: readonly number[]): Promise<void> {
  const countedIn = (story[0] ?? 0) % 5 === 0;
  const stops = tellStory(story);
  const [first] = stops;
  if (first !== undefined) await told.begin(first.sessions[first.viewer].baseline.files);
  for (const stop of stops) {
    const problems = violationsOf(stop, await told.reach(stop, countedIn), { countedIn });
    expect(problems, `${JSON.stringify(story)}\n${storyText(stop)}`).toEqual([]);
  }
}
