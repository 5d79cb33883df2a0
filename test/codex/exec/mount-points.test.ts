import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mountPoints } from "#codex/exec/mount-points.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("empty folders that came meanwhile go, and nothing else does", () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, ".codex"));
  const remove = mountPoints(folder);
  for (const name of [".git", ".agents", ".other"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, ".agents/mine"), "");
  writeFileSync(join(folder, ".aws"), "");
  remove();
  expect(readdirSync(folder).sort()).toEqual([".agents", ".aws", ".codex", ".other"]);
  expect(existsSync(join(folder, ".agents/mine"))).toBe(true);
});
