import { chmodSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { reviewAnswer, runCommand } from "#test/reviewer-action.ts";
import { gitState, makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(() => {
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

async function startedIn(cwd: string): Promise<WorldSession> {
  const session = world.session({ cwd });
  await session.start();
  return session;
}

/** Commits the files, so that a session that begins now is about none of them. */
function committed(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) repository.write(path, content);
  repository.commit("Prepare");
}

/** What the reviewer is shown at this stop; empty where nobody is asked. */
async function shownAt(session: WorldSession): Promise<string> {
  const before = world.api.requests.length;
  await session.stop();
  return world.api.requests[before]?.prompt ?? "";
}

test("work that was committed inside the turn is reviewed", async () => {
  const session = await startedIn(repository.root);
  repository.write("committed.js", "export const committedInside = 1;\n");
  repository.commit("Done by the agent");
  expect(await shownAt(session)).toContain("+export const committedInside = 1;");
  expect(session.outcomes()).toEqual(["allowed"]);
});

test("what was uncommitted before the session is not shown", async () => {
  repository.write("dirt.js", "export const dirtFromBefore = 1;\n");
  const session = await startedIn(repository.root);
  repository.write("own.js", "export const workOfTheTurn = 1;\n");
  const shown = await shownAt(session);
  expect(shown).toContain("workOfTheTurn");
  expect(shown).not.toContain("dirtFromBefore");
});

test("new files, renames, deletions and changed modes are shown, whoever made them", async () => {
  const body = "export const moved = [1, 2, 3];\nexport const length = moved.length;\n";
  committed({ "old-name.js": body, "doomed.js": "export const doomed = 1;\n", "run.sh": "#!/bin/sh\n" });
  const session = await startedIn(repository.root);
  repository.write("deep/er/made.js", "export const madeByAShell = 1;\n");
  renameSync(join(repository.root, "old-name.js"), join(repository.root, "new-name.js"));
  rmSync(join(repository.root, "doomed.js"));
  chmodSync(join(repository.root, "run.sh"), 0o755);
  const shown = await shownAt(session);
  expect(shown).toContain("+export const madeByAShell = 1;");
  expect(shown).toContain("rename from old-name.js\nrename to new-name.js");
  expect(shown).toContain("-export const doomed = 1;");
  expect(shown).toContain("old mode 100644\nnew mode 100755");
  const paths = session
    .receipts()
    .at(-1)
    ?.scope?.shown.map(({ path }) => path);
  expect(paths?.toSorted()).toEqual(["deep/er/made.js", "doomed.js", "new-name.js", "run.sh"]);
});

test("a guard that was removed can block", async () => {
  const guard = "  if (amount <= 0) throw new Error('amount');";
  committed({ "pay.js": `export function pay(amount) {\n${guard}\n  return amount;\n}\n` });
  const session = await startedIn(repository.root);
  repository.write("pay.js", "export function pay(amount) {\n  return amount;\n}\n");
  world.api.play((request) =>
    reviewAnswer(request, [{ file: "pay.js", side: "old", line_start: 2, quote: guard }]),
  );
  const answer = await session.stop();
  expect(answer.decision).toBe("block");
  expect(answer.reason).toContain("pay.js:2 (removed)");
});

test("a deleted file can block", async () => {
  committed({ "auth.js": "export const isAllowed = () => check();\n" });
  const session = await startedIn(repository.root);
  rmSync(join(repository.root, "auth.js"));
  const quote = "export const isAllowed = () => check();";
  world.api.play((request) =>
    reviewAnswer(request, [{ file: "auth.js", side: "old", line_start: 1, quote }]),
  );
  expect((await session.stop()).decision).toBe("block");
});

test("a session that blocks, mends and signs leaves the user's git as it was", async () => {
  committed({ "staged.js": "1\n", "stashed.js": "1\n" });
  repository.write("stashed.js", "2\n");
  repository.git("stash", "push", "--quiet");
  repository.write("staged.js", "2\n");
  repository.git("add", "staged.js");
  const before = gitState(repository.root);
  const session = await startedIn(repository.root);
  repository.write("sum.js", "export const sum = (a, b) => a - b;\n");
  const quote = "export const sum = (a, b) => a - b;";
  world.api.play((request) =>
    request.outputs.length === 0
      ? runCommand(request, "git add --all 2>&-; git stash 2>&-; git status; git diff")
      : reviewAnswer(request, [{ file: "sum.js", line_start: 1, quote }]),
  );
  await session.stop();
  repository.write("sum.js", "export const sum = (a, b) => a + b;\n");
  world.api.play((request) => reviewAnswer(request));
  await session.stop();
  await session.stop();
  await session.end();
  expect(session.outcomes()).toEqual(["blocked", "allowed", "skipped(unchanged)"]);
  expect(session.receipts()[0]?.review?.commands).toHaveLength(1);
  expect(gitState(repository.root)).toBe(before);
});

test("a file named like a secret is not sent, and the receipt says so", async () => {
  const session = await startedIn(repository.root);
  repository.write(".env", "TOKEN=hunter2-is-the-secret\n");
  repository.write("config.js", "export const token = process.env.TOKEN;\n");
  world.api.play((request) =>
    request.outputs.length === 0 ? runCommand(request, "cat config.js .env") : reviewAnswer(request),
  );
  const answer = await session.stop();
  expect(answer.systemMessage).toContain("named like a secret");
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  const notCovered = [{ path: ".env", why: "secret-looking" }];
  expect(session.receipts().at(-1)?.scope).toMatchObject({ notCovered });
  expect(world.api.requests.some(({ body }) => body.includes("hunter2"))).toBe(false);
  expect(world.api.requests.at(-1)?.prompt).toContain(".env: not shown");
  expect(world.api.requests.at(-1)?.outputs.join()).toContain("process.env.TOKEN");
});

test("a signature moves the baseline for what was shown only", async () => {
  const session = await startedIn(repository.root);
  repository.write("picture.bin", Uint8Array.from([0, 1, 2, 0]));
  repository.write("first.js", "export const firstText = 1;\n");
  expect(await shownAt(session)).toContain("firstText");
  expect(await shownAt(session)).toBe("");
  repository.write("second.js", "export const secondText = 2;\n");
  const shown = await shownAt(session);
  expect(shown).toContain("secondText");
  expect(shown).not.toContain("firstText");
  expect(session.outcomes()).toEqual(["allowed(partial)", "skipped(unchanged)", "allowed(partial)"]);
  for (const receipt of session.receipts().filter(({ scope }) => scope !== null)) {
    expect(receipt.scope?.notCovered).toEqual([{ path: "picture.bin", why: "binary" }]);
  }
});

test("a change of which nothing can be shown is said once and costs no request", async () => {
  const session = await startedIn(repository.root);
  repository.write("only.bin", Uint8Array.from([0, 7, 0, 9]));
  const before = world.api.requests.length;
  expect((await session.stop()).systemMessage).toContain("nothing of this change can be shown");
  expect(await session.stop()).toEqual({});
  expect(world.api.requests).toHaveLength(before);
  expect(session.outcomes()).toEqual(["skipped(nothing-to-show)", "skipped(unchanged)"]);
});

test("a repository without a commit is reviewed", async () => {
  const empty = makeRepository();
  onTestFinished(empty.remove);
  const session = await startedIn(empty.root);
  empty.write("begin.js", "export const beginning = 1;\n");
  expect(await shownAt(session)).toContain("+export const beginning = 1;");
  expect(session.receipts().at(-1)?.repository).toMatchObject({ root: empty.root, head: null });
});

test("a linked worktree is reviewed by itself", async () => {
  committed({ "shared.js": "export const shared = 1;\n" });
  const linked = join(repository.beside, "linked");
  repository.git("worktree", "add", "--quiet", "-b", "linked", linked);
  const session = await startedIn(linked);
  repository.write("elsewhere.js", "export const inTheMainTree = 1;\n");
  repository.gitIn(linked, "mv", "shared.js", "renamed.js");
  const shown = await shownAt(session);
  expect(shown).toContain("rename to renamed.js");
  expect(shown).not.toContain("inTheMainTree");
  expect(session.receipts().at(-1)?.repository).toMatchObject({ root: linked });
});

test("outside of any repository a session is told once, and never held back", async () => {
  const outside = join(repository.beside, "outside");
  mkdirSync(outside);
  const session = world.session({ cwd: outside });
  expect(await session.start()).toEqual({});
  const before = world.api.requests.length;
  expect(await session.stop()).toEqual({
    systemMessage: expect.stringContaining("in no git repository"),
  });
  session.prompt();
  expect(await session.stop()).toEqual({});
  expect(session.outcomes()).toEqual(["skipped(no-vcs)", "skipped(no-vcs)"]);
  expect(world.api.requests).toHaveLength(before);
});
