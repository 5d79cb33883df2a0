import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { listRollouts, timeOfId } from "#codex/rollout/list-rollouts.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const FIRST = "01a20104-0041-7170-aca5-69a4c7e76ee4";
const SECOND = "01a20104-1104-7af3-9f4e-edf0a720c692";

/** Makes files of these names in a home of Codex. */
function home(...paths: readonly string[]): string {
  const folder = scratchFolder();
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "{}\n");
  }
  return folder;
}

function threads(folder: string, range = {}): readonly string[] {
  return [...listRollouts(folder, range)].map(
    ({ threadId, archived }) => `${threadId}${archived ? " archived" : ""}`,
  );
}

const EARLY = `sessions/2026/11/22/rollout-2026-11-22T02-09-29-${FIRST}.jsonl`;
const LATE = `sessions/2026/11/22/rollout-2026-11-22T02-09-33-${SECOND}.jsonl`;
const OLD = "sessions/2025/01/02/rollout-2025-01-02T03-04-05-thread-1.jsonl";
const ARCHIVED = "archived_sessions/rollout-2026-11-22T02-09-31-01a20104-0b27-7870-b985-099d27ed7c36.jsonl";

test("the latest thread comes first, wherever its file lies", () => {
  const folder = home(
    EARLY,
    LATE,
    OLD,
    ARCHIVED,
    "archived_sessions/rollout-2024-01-01T00-00-00-oldest.jsonl",
  );
  expect(threads(folder)).toEqual([
    SECOND,
    "01a20104-0b27-7870-b985-099d27ed7c36 archived",
    FIRST,
    "thread-1",
    "oldest archived",
  ]);
  const [file] = listRollouts(folder);
  expect(file).toMatchObject({ path: join(folder, LATE), bytes: 3, startedAt: timeOfId(SECOND) });
});

test("a span leaves out what began before and after it", () => {
  const folder = home(EARLY, LATE, OLD, ARCHIVED);
  const since = timeOfId(FIRST) ?? 0;
  expect(threads(folder, { since: since + 1 })).toEqual([
    SECOND,
    "01a20104-0b27-7870-b985-099d27ed7c36 archived",
  ]);
  expect(threads(folder, { until: since })).toEqual([FIRST, "thread-1"]);
  expect(threads(folder, { since: Date.parse("2027-01-01") })).toEqual([]);
});

test("what is no rollout, and what stands in a folder's place, hides none", () => {
  const folder = home(
    EARLY,
    "sessions/2026/11/23",
    "sessions/notes/rollout.jsonl",
    "sessions/2026/11/22/rollout-2026-99-99T99-99-99-bad.jsonl",
    "sessions/2026/11/22/rollout-2026-11-22T02-09-29-../x.jsonl",
    "sessions/2026/11/22/other.jsonl",
    "archived_sessions",
  );
  expect(threads(folder)).toEqual([FIRST]);
  expect(threads(scratchFolder())).toEqual([]);
});

test("a file that goes while the list is read is left out", () => {
  const folder = home(EARLY, LATE);
  const files = listRollouts(folder);
  expect(files.next().value).toMatchObject({ threadId: SECOND });
  rmSync(join(folder, EARLY));
  expect(files.next().done).toBe(true);
});

test("only a UUIDv7 tells a moment", () => {
  expect(timeOfId(FIRST)).toBe(1_795_313_369_153);
  expect(timeOfId("thread-1")).toBeUndefined();
  expect(timeOfId("0199a213-81c0-4800-8aa1-bbab2a035a53")).toBeUndefined();
});
