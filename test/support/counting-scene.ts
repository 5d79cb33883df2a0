import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type ClaudeWorld, makeClaudeWorld } from "./claude-world.ts";
import { type Action, writeFile } from "./messages-stream.ts";
import { reviewAnswer } from "./reviewer-action.ts";

/** A Claude with the gate set up for its user, who counts in a file of each test's own. */
export type CountingScene = {
  world(): ClaudeWorld;
  /** The current test's file. */
  path(): string;
  /** What has Claude write a number into it. */
  write(count: number): Action;
};

/** Makes the scene for the tests of the file that calls this. The reviewer minds the number one, and no other. */
export function countingScene(): CountingScene {
  let made: ClaudeWorld | undefined;
  let files = 0;
  const world = (): ClaudeWorld => {
    if (made === undefined) throw new Error("the scene is there from beforeAll on");
    return made;
  };
  const file = (): string => `src/count-${files}.js`;
  const path = (): string => join(world().repository.root, file());
  beforeAll(async () => {
    made = await makeClaudeWorld();
    await made.countersign(["setup", "--scope", "user"]);
  });
  beforeEach(() => {
    files += 1;
    world().reviews.play((request) => {
      const quote = existsSync(path()) ? readFileSync(path(), "utf8").trimEnd() : "";
      if (quote !== "export const count = 1;") return reviewAnswer(request);
      return reviewAnswer(request, [{ file: file(), line_start: 1, quote, title: "It is one" }]);
    });
  });
  afterAll(async () => {
    await made?.close();
  });
  return { world, path, write: (count) => writeFile(path(), `export const count = ${count};\n`) };
}
