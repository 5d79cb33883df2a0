import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { gitEnvironment } from "#git/git-environment.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("the repository that we are called in chooses no git, unless there is no other", () => {
  const root = scratchFolder();
  const [own, below] = [join(root, "node_modules/.bin"), join(root, "a/b")];
  for (const folder of [own, below, join(root, ".git")]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(own, "git"), "#!/bin/sh\n", { mode: 0o755 });
  vi.spyOn(process, "cwd").mockReturnValue(below);
  const both = [own, "relative", ...(process.env["PATH"] ?? "").split(delimiter)].join(delimiter);
  const { PATH = "" } = gitEnvironment({ PATH: both }, {});
  expect(PATH.split(delimiter)).not.toContain(own);
  expect(PATH).not.toBe("");
  expect(gitEnvironment({ PATH: [own, "relative"].join(delimiter) }, {})["PATH"]).toBe(own);
  expect(gitEnvironment({ PATH: both }, {})).toMatchObject({ PATH });
  vi.mocked(process.cwd).mockReturnValue("/");
  expect(gitEnvironment({ PATH: both }, {})["PATH"]?.split(delimiter)[0]).toBe(own);
  vi.restoreAllMocks();
});
