import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listIfPresent } from "#base/files.ts";
import { closeBreaker } from "#test/close-breaker.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { ScratchRepository } from "#test/scratch-repository.ts";
import { said } from "#test/transcript-lines.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(async () => {
  await closeBreaker(world.state);
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

function addWorktree(name: string): string {
  const folder = join(repository.beside, name);
  repository.git("worktree", "add", "--quiet", "-b", name, folder);
  return folder;
}

const WRONG = "export const wrong = 1;";

test("a session whose first worktree is removed is reviewed where it goes on", async () => {
  const linked = addWorktree("first");
  const session = world.session({ cwd: linked });
  await session.start();
  repository.write("moved-on.js", "export const movedOn = 1;\n");
  repository.git("worktree", "remove", "--force", linked);
  const before = world.api.requests.length;
  await session.stop({ cwd: repository.root });
  expect(world.api.requests.slice(before).map(({ prompt }) => prompt.includes("movedOn"))).toEqual([true]);
  await session.stop({ cwd: repository.root });
  expect(session.outcomes()).toEqual(["allowed", "skipped(unchanged)"]);
});

test("what was held back in the second tree stays due once the first is removed", async () => {
  const linked = addWorktree("left");
  const session = world.session({ cwd: linked });
  await session.start();
  repository.write("still-due.js", `${WRONG}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file: "still-due.js", line_start: 1, quote: WRONG }]));
  expect((await session.stop({ cwd: repository.root })).decision).toBe("block");
  repository.write("../beside/left/there.js", "export const there = 1;\n");
  world.api.play((request) => reviewAnswer(request));
  await session.stop({ cwd: repository.root });
  repository.git("worktree", "remove", "--force", linked);
  await session.stop({ cwd: repository.root });
  repository.write("still-due.js", "export const mended = 1;\n");
  await session.stop({ cwd: repository.root });
  expect(world.api.requests.at(-1)?.prompt).toContain("+export const mended = 1;");
  expect(session.outcomes()).toEqual(["blocked", "unresolved", "allowed", "unresolved", "allowed"]);
});

test("a review that reaches the deadline is on record also where there are other worktrees to look for", async () => {
  const linked = addWorktree("looked-for");
  // Long enough for the turn to begin on a machine under load.
  const session = world.session({ env: { COUNTERSIGN_DEADLINE_SECONDS: "20" } });
  await session.start();
  writeFileSync(session.transcript, `${JSON.stringify(said(0, "I work.", { cwd: repository.root }))}\n`);
  repository.write("slow.js", "export const slow = 1;\n");
  world.api.play(() => ({ kind: "silent" }));
  const { systemMessage } = await session.stop();
  expect(systemMessage).toContain("provider-silent");
  expect(session.outcomes()).toEqual(["failed(provider-silent)"]);
  repository.git("worktree", "remove", "--force", linked);
  repository.commit("Slow");
});

test("rounds that are used up in one tree stay so after a signature in another", async () => {
  const session = world.session({ env: { COUNTERSIGN_MAX_ROUNDS: "1" } });
  await session.start();
  const linked = addWorktree("used-up");
  world.api.play((request) =>
    request.prompt.includes("wrong.js")
      ? reviewAnswer(request, [{ file: "wrong.js", line_start: 1, quote: WRONG }])
      : reviewAnswer(request),
  );
  repository.write("wrong.js", `${WRONG}\n`);
  await session.stop({ cwd: linked });
  repository.write("wrong.js", `${WRONG}\n// Once more.\n`);
  repository.write("../beside/used-up/fine.js", "export const fine = 1;\n");
  await session.stop({ cwd: linked });
  repository.write("wrong.js", `${WRONG}\n// And again.\n`);
  const before = world.api.requests.length;
  await session.stop({ cwd: linked });
  expect(session.outcomes()).toEqual(["blocked", "capped(rounds)", "allowed", "capped(rounds)"]);
  expect(world.api.requests).toHaveLength(before);
  rmSync(join(repository.root, "wrong.js"));
});

test("a verdict whose signature cannot be made is a failure on record", async () => {
  const session = world.session();
  await session.start();
  repository.write("signed.js", "export const signed = 1;\n");
  repository.write("picture.bin", new Uint8Array([0, 1, 2, 0]));
  const stores = join(world.state, "objects");
  world.api.play((request) => {
    for (const store of listIfPresent(stores)) {
      for (const part of ["objects", "indexes"]) {
        for (const name of listIfPresent(join(stores, store, part)).filter((one) => one !== "info")) {
          rmSync(join(stores, store, part, name), { recursive: true });
        }
      }
    }
    return reviewAnswer(request);
  });
  const { systemMessage } = await session.stop();
  expect(systemMessage).toContain("not reviewed [");
  expect(session.outcomes()).toHaveLength(1);
  expect(session.outcomes()[0]).toMatch(/^failed/);
});

test("what was committed in another worktree is reviewed also where no reflog is kept", async () => {
  const linked = addWorktree("no-reflog");
  repository.git("config", "core.logAllRefUpdates", "false");
  const session = world.session();
  await session.start();
  repository.write("../beside/no-reflog/committed.js", "export const committed = 1;\n");
  repository.gitIn(linked, "add", "committed.js");
  repository.gitIn(linked, "commit", "--quiet", "--message", "Work");
  repository.gitIn(linked, "reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all");
  const before = world.api.requests.length;
  await session.stop({ cwd: linked });
  const shown = world.api.requests.slice(before).map(({ prompt }) => prompt);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("+export const committed = 1;");
});
