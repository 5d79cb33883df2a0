import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { absentMountPoints, removeMountPoints } from "#codex/mount-points.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("empty folders that came meanwhile go, and nothing else does", () => {
  const [folder, other] = [scratchFolder(), scratchFolder()];
  mkdirSync(join(folder, ".codex"));
  const paths = absentMountPoints([folder, other, folder]);
  expect(paths).toHaveLength(7);
  for (const name of [".git", ".agents", ".other"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, ".agents/mine"), "");
  writeFileSync(join(folder, ".aws"), "");
  mkdirSync(join(other, ".git"));
  removeMountPoints(paths);
  expect(readdirSync(folder).sort()).toEqual([".agents", ".aws", ".codex", ".other"]);
  expect(existsSync(join(folder, ".agents/mine"))).toBe(true);
  expect(readdirSync(other)).toEqual([]);
});
