import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { called, callId, resulted, said } from "#test/transcript-lines.ts";

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

async function started(): Promise<WorldSession> {
  const session = world.session();
  await session.start();
  return session;
}

function addWorktree(name: string, folder = join(repository.beside, name)): string {
  repository.git("worktree", "add", "--quiet", "-b", name, folder);
  return folder;
}

/** What the reviewer is shown at a stop whose shell stands in that folder. */
async function shownIn(session: WorldSession, cwd: string): Promise<readonly string[]> {
  const before = world.api.requests.length;
  await session.stop({ cwd });
  return world.api.requests.slice(before).map(({ prompt }) => prompt);
}

test("a session that moves into a worktree made meanwhile is reviewed there, and nowhere else", async () => {
  repository.write("a.js", "export const a = 1;\n");
  repository.commit("Prepare");
  const session = await started();
  const linked = addWorktree("made-meanwhile");
  repository.gitIn(linked, "commit", "--allow-empty", "--quiet", "--message", "Begin");
  repository.write("../beside/made-meanwhile/b.js", "export const inTheWorktree = 1;\n");
  const [shown, ...more] = await shownIn(session, linked);
  expect(more).toEqual([]);
  expect(shown).toContain("+export const inTheWorktree = 1;");
  expect(shown).not.toContain("a.js");
  expect(session.receipts().map(({ repository: where }) => where?.root)).toEqual([linked]);
  expect(await shownIn(session, linked)).toEqual([]);
  repository.write("../beside/made-meanwhile/c.js", "export const later = 1;\n");
  const [next] = await shownIn(session, linked);
  expect(next).toContain("+export const later = 1;");
  expect(next).not.toContain("inTheWorktree");
});

test("in a worktree that was there before, what was uncommitted and untouched is not shown", async () => {
  const linked = addWorktree("there-before");
  repository.write("../beside/there-before/dirt.js", "export const dirtFromBefore = 1;\n");
  const session = await started();
  repository.write("../beside/there-before/own.js", "export const workOfTheSession = 1;\n");
  repository.gitIn(linked, "add", "own.js");
  repository.gitIn(linked, "commit", "--quiet", "--message", "Work");
  const [shown] = await shownIn(session, linked);
  expect(shown).toContain("+export const workOfTheSession = 1;");
  expect(shown).not.toContain("dirtFromBefore");
});

test("work in both trees is reviewed in both, and a tree that was left is still watched", async () => {
  const session = await started();
  const linked = addWorktree("both");
  repository.write("main-side.js", "export const mainSide = 1;\n");
  repository.write("../beside/both/linked-side.js", "export const linkedSide = 1;\n");
  const shown = await shownIn(session, linked);
  expect(shown).toHaveLength(2);
  expect(shown[0]).toContain("mainSide");
  expect(shown[1]).toContain("linkedSide");
  expect(session.outcomes()).toEqual(["allowed", "allowed"]);
  repository.write("../beside/both/linked-side.js", "export const linkedAgain = 1;\n");
  const [back] = await shownIn(session, repository.root);
  expect(back).toContain("linkedAgain");
});

test("a block in one tree holds the stop back; the other tree waits for the next one", async () => {
  const session = await started();
  const linked = addWorktree("held");
  repository.write("held.js", "export const wrong = 1;\n");
  repository.write("../beside/held/other.js", "export const other = 1;\n");
  world.api.play((request) =>
    request.prompt.includes("wrong = 1")
      ? reviewAnswer(request, [{ file: "held.js", line_start: 1, quote: "export const wrong = 1;" }])
      : reviewAnswer(request),
  );
  expect((await session.stop({ cwd: linked })).decision).toBe("block");
  repository.write("held.js", "export const right = 1;\n");
  expect((await session.stop({ cwd: linked })).decision).toBeUndefined();
  expect(session.outcomes()).toEqual(["blocked", "allowed", "allowed"]);
});

test("a worktree inside the repository is no part of the repository's own change", async () => {
  const session = await started();
  mkdirSync(join(repository.root, ".trees"));
  const inside = addWorktree("inside", join(repository.root, ".trees", "inside"));
  repository.write(".trees/inside/within.js", "export const within = 1;\n");
  const shown = await shownIn(session, inside);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("diff --git a/within.js b/within.js");
  expect(session.receipts().at(-1)?.repository?.root).toBe(inside);
  repository.git("worktree", "remove", "--force", inside);
});

test("where only an agent of the session worked is looked at too, and where nobody worked is not", async () => {
  const session = await started();
  const [busy, idle] = [addWorktree("busy"), addWorktree("idle")];
  repository.write("../beside/busy/agent.js", "export const byAnAgent = 1;\n");
  repository.write("../beside/idle/person.js", "export const byAPerson = 1;\n");
  const timestamp = new Date().toISOString();
  const lines = [said(0, "I am in another tree.", { cwd: busy, timestamp })];
  writeFileSync(session.transcript, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const shown = await shownIn(session, repository.root);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("byAnAgent");
  expect(existsSync(join(idle, "person.js"))).toBe(true);
});

test("a worktree that the session's own command made is looked at, though it never stood there", async () => {
  const session = await started();
  const moment = (): { timestamp: string; cwd: string } => ({
    timestamp: new Date().toISOString(),
    cwd: repository.root,
  });
  const call = called(1, "Bash", { command: "git worktree add src/lib; echo > src/lib/made.js" }, moment());
  const made = addWorktree("made-by-a-command", join(repository.root, "src", "lib"));
  repository.write("src/lib/made.js", "export const madeByACommand = 1;\n");
  const lines = [call, resulted(1, callId(1, "Bash"), { stdout: "", stderr: "" }, moment())];
  writeFileSync(session.transcript, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const shown = await shownIn(session, repository.root);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("+export const madeByACommand = 1;");
  repository.git("worktree", "remove", "--force", made);
});

test("a repository that is not to be sent is not followed into", async () => {
  const other = makeRepository();
  onTestFinished(other.remove);
  other.write(".countersign.json", '{ "send": false }\n');
  other.commit("Begin");
  const session = await started();
  other.write("secret-plan.js", "export const plan = 1;\n");
  expect(await shownIn(session, other.root)).toEqual([]);
  rmSync(join(other.root, ".countersign.json"));
  const [shown] = await shownIn(session, other.root);
  expect(shown).toContain("plan = 1");
});
