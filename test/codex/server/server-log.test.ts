import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cutLog } from "#codex/server/server-log.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("a short log stays, and none is made", () => {
  const path = join(scratchFolder(), "server.log");
  cutLog(path);
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, "one\n");
  cutLog(path);
  expect(readFileSync(path, "utf8")).toBe("one\n");
});

test("a long one keeps its end, and who writes there goes on behind it", () => {
  const path = join(scratchFolder(), "server.log");
  const writer = openSync(path, "a");
  writeSync(writer, `${"x".repeat(1_500_000)}the last word\n`);
  cutLog(path);
  writeSync(writer, "after the cut\n");
  closeSync(writer);
  const kept = readFileSync(path, "utf8");
  expect(kept).toMatch(/^x+the last word\nafter the cut\n$/);
  expect(statSync(path).size).toBe(64_000 + "after the cut\n".length);
});
