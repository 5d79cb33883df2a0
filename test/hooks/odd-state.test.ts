import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type HookAnswer, runHook } from "#test/gate-world.ts";
import { outcomeText, receiptsIn } from "#test/recorded-outcomes.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const RECORD = "this session's record";

type Odd = { readonly state: string; readonly path: string; readonly repository: ScratchRepository };

/** A session that has begun, of which the file can then be spoiled. */
async function beginSession(): Promise<Odd> {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("a.txt", "a\n");
  repository.commit("one");
  const state = join(repository.beside, "state");
  const odd = { repository, state, path: join(state, "sessions", "s1.json") };
  await call(odd, "session-start", { hook_event_name: "SessionStart", source: "startup" });
  return odd;
}

async function call(odd: Odd, name: "session-start" | "stop", input: object): Promise<HookAnswer> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: odd.repository.home,
    COUNTERSIGN_HOME: odd.state,
    COUNTERSIGN_CODEX: join(odd.repository.beside, "none"),
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
  const common = { session_id: "s1", cwd: odd.repository.root, prompt_id: "p1" };
  return await runHook(name, JSON.stringify({ ...common, ...input }), env, odd.repository.root);
}

test.each<[string, (path: string) => void]>([
  ["empty", (path) => writeFileSync(path, "")],
  ["cut", (path) => writeFileSync(path, readFileSync(path).subarray(0, 300))],
  ["a folder", (path) => mkdirSync(path)],
  ["a link to itself", (path) => symlinkSync(path, path)],
])("a stop whose session file is %s says so, sets it aside, and the gate goes on", async (what, spoil) => {
  const odd = await beginSession();
  if (what !== "cut") rmSync(odd.path);
  spoil(odd.path);
  const answer = await call(odd, "stop", { hook_event_name: "Stop" });
  expect(answer.systemMessage).toContain(
    `${RECORD} could not be read and was set aside as ${odd.path}.corrupt-`,
  );
  expect(answer.systemMessage).toContain("The gate stays on");
  expect(readdirSync(join(odd.state, "sessions")).filter((name) => name.includes(".corrupt-"))).toHaveLength(
    1,
  );
  await call(odd, "stop", { hook_event_name: "Stop" });
  odd.repository.write("b.txt", "b\n");
  const reviewed = await call(odd, "stop", { hook_event_name: "Stop" });
  expect(reviewed.systemMessage).toContain("not reviewed");
  expect(receiptsIn(odd.state).map(({ n }) => n)).toEqual([1, 2, 3]);
});

test("a stop whose session file is of a later version says so once, leaves it, and the gate goes on", async () => {
  const odd = await beginSession();
  const later = JSON.stringify({ schema: "countersign/session/3", pinned: { mode: "off" }, more: 1 });
  writeFileSync(odd.path, later);
  const answer = await call(odd, "stop", { hook_event_name: "Stop" });
  expect(answer.systemMessage).toContain(
    `${RECORD} is of a later version of Countersign (countersign/session/3)`,
  );
  const second = await call(odd, "stop", { hook_event_name: "Stop" });
  expect(second.systemMessage ?? "").not.toContain("later version");
  odd.repository.write("b.txt", "b\n");
  expect((await call(odd, "stop", { hook_event_name: "Stop" })).systemMessage).toContain("not reviewed");
  expect(receiptsIn(odd.state).map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(readFileSync(odd.path, "utf8")).toBe(later);
  expect(existsSync(join(odd.state, "sessions", "s1.v2.json"))).toBe(true);
});

test("a state root that is a file leaves no record, and that is said at every stop", async () => {
  const odd = await beginSession();
  rmSync(odd.state, { recursive: true });
  writeFileSync(odd.state, "");
  for (const _ of [1, 2]) {
    const answer = await call(odd, "stop", { hook_event_name: "Stop" });
    expect(answer.systemMessage).toContain("not reviewed, and not on record");
  }
});

test("a folder in the place of a receipt hides no other one, and no stop fails for it", async () => {
  const odd = await beginSession();
  await call(odd, "stop", { hook_event_name: "Stop" });
  const [first] = receiptsIn(odd.state);
  const day = join(odd.state, "receipts", ...(first?.at.slice(0, 10).split("-") ?? []));
  const folder = join(day, `${first?.at.replace(/[-:.]/g, "")}-s1-2.json`);
  mkdirSync(folder);
  odd.repository.write("b.txt", "b\n");
  const answer = await call(odd, "stop", { hook_event_name: "Stop" });
  expect(answer.systemMessage).toContain("not reviewed");
  rmSync(folder, { recursive: true });
  expect(receiptsIn(odd.state).map(({ n, outcome }) => [n, outcomeText(outcome)])).toEqual([
    [1, "skipped(unchanged)"],
    [3, "failed(codex-missing)"],
  ]);
});
