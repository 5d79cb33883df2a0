import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { Script } from "#test/responses-api.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, reviewAnswer, runCommand } from "#test/reviewer-action.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

/** Codex refuses a longer text. */
const CODEX_LIMIT = 1_048_576;

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

async function started(env: Readonly<Record<string, string>> = {}): Promise<WorldSession> {
  const session = world.session({ env });
  await session.start();
  return session;
}

/** What the reviewer is shown at this stop; empty where nobody is asked. */
async function shownAt(session: WorldSession): Promise<string> {
  const before = world.api.requests.length;
  await session.stop();
  return world.api.requests[before]?.prompt ?? "";
}

/** A reviewer that does these things one after the other, and then answers. */
function doing(...steps: readonly ((request: ReviewerRequest) => Action)[]): Script {
  return (request) => (steps[request.outputs.length] ?? reviewAnswer)(request);
}

/** The file that a prompt names as holding the whole patch. */
function patchFileOf({ prompt }: ReviewerRequest): string {
  return /lies in the file "([^"\n]+)"/.exec(prompt)?.[1] ?? "";
}

/** Numbered lines, no two of them alike; together they have about so many bytes. */
function numbered(name: string, bytes: number): string {
  const line = (number: number) => `${name} line ${String(number).padStart(5, "0")} ${"x".repeat(30)}\n`;
  return Array.from({ length: Math.ceil(bytes / line(0).length) }, (_, index) => line(index)).join("");
}

/** Every line of the text is as it was, but for every tenth. */
function changedHereAndThere(text: string): string {
  return text.replace(/line (\d{4}0) x+/g, "line $1 changed");
}

function scopeOf(session: WorldSession): NonNullable<Receipt["scope"]> {
  const scope = session.receipts().at(-1)?.scope;
  if (scope === undefined || scope === null) throw new Error("the last receipt has no scope");
  return scope;
}

/** The receipt files of the world by size, the largest first. */
function receiptSizes(): readonly number[] {
  const root = join(world.state, "receipts");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => statSync(join(root, name)).size)
    .sort((a, b) => b - a);
}

test("20 MB in 5,000 files are bounded, counted, and whole in a file that the reviewer can open", async () => {
  const hunks = numbered("hunks", 300_000);
  repository.write("hunks.txt", hunks);
  repository.commit("Prepare");
  const session = await started();
  for (let folder = 0; folder < 50; folder += 1) {
    const directory = join(repository.root, `many/${folder}`);
    mkdirSync(directory, { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      writeFileSync(join(directory, `${file}.txt`), numbered(`many-${folder}-${file}`, 4_000));
    }
  }
  repository.write("hunks.txt", changedHereAndThere(hunks));
  world.api.play(
    doing((request) => {
      const file = patchFileOf(request);
      return runCommand(request, `head -c 200 '${file}'; wc -c '${file}'; tail -c 40 '${file}'`);
    }),
  );
  const before = world.api.requests.length;
  const answer = await session.stop();
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  const [asked, , ...more] = world.api.requests.slice(before);
  expect(more).toEqual([]);
  const prompt = asked?.prompt ?? "";
  expect(prompt.length).toBeLessThan(CODEX_LIMIT / 2);

  const { shown, notCovered } = scopeOf(session);
  const parts = shown.filter(({ part }) => part).map(({ path }) => path);
  expect(parts).toEqual(["hunks.txt"]);
  expect(shown.length + notCovered.length).toBe(5_001);
  expect(shown.length).toBeGreaterThan(50);
  expect(new Set(notCovered.map(({ why }) => why))).toEqual(new Set(["over-budget"]));
  const counts = `${shown.length - 1} files shown, 1 shown in part, ${notCovered.length} not covered (${notCovered.length} over the size budget)`;
  expect(prompt).toContain(`Coverage of this request: ${counts}.`);
  expect(prompt).toMatch(/hunks\.txt: \d+ of 625 hunks shown/);
  expect(prompt).toContain(`and ${notCovered.length + 1 - 100} more`);
  expect(answer.systemMessage).toContain(`signed by gpt-5.5 · partly: ${counts}`);

  const file = patchFileOf(asked ?? expect.fail("nobody was asked"));
  const output = world.api.requests[before + 1]?.outputs[0] ?? "";
  expect(output).toContain("### modified: hunks.txt");
  expect(output).toContain("### The end: 5001 files.");
  const bytes = Number(/(\d+) \S*\.patch/.exec(output)?.[1]);
  expect(bytes).toBeGreaterThan(20_000_000);
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(join(file, ".."))).toEqual([]);
  expect(receiptSizes()[0]).toBeLessThan(1_500_000);
  await session.end();
  repository.commit("Many");
});

test("whatever is configured, a request stays below what Codex takes", async () => {
  const session = await started({ COUNTERSIGN_MAX_DIFF_BYTES: "100000000" });
  for (let file = 0; file < 5; file += 1)
    repository.write(`large-${file}.txt`, numbered(`large-${file}`, 300_000));
  const said = "claim ".repeat(100_000);
  const before = world.api.requests.length;
  await session.stop({ last_assistant_message: said });
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  const prompt = world.api.requests[before]?.prompt ?? "";
  expect(prompt.length).toBeGreaterThan(600_000);
  expect(prompt.length).toBeLessThan(CODEX_LIMIT);
  repository.commit("Large");
});

test("what was left out for its size comes first in the next change", async () => {
  const session = await started({ COUNTERSIGN_MAX_DIFF_BYTES: "4000" });
  const names = ["a", "b", "c", "d"].map((name) => `part-${name}.txt`);
  for (const name of names) repository.write(name, numbered(name, 1_600));
  const first = await shownAt(session);
  expect(scopeOf(session).shown.map(({ path }) => path)).toEqual(names.slice(0, 2));
  expect(first).toContain("+part-a.txt line");
  repository.write("small.txt", numbered("small.txt", 700));
  const second = await shownAt(session);
  expect(scopeOf(session).shown.map(({ path }) => path)).toEqual(names.slice(2));
  expect(scopeOf(session).notCovered).toEqual([{ path: "small.txt", why: "over-budget" }]);
  expect(second).not.toContain("part-a.txt");
  repository.write("last.txt", "last\n");
  await session.stop();
  expect(session.outcomes()).toEqual(["allowed(partial)", "allowed(partial)", "allowed"]);
  repository.commit("Parts");
});

test.each([
  { what: "new file", before: "", after: numbered("new", 8_000) },
  { what: "rewritten file", before: numbered("old", 4_000), after: numbered("new", 4_000) },
  {
    what: "file with many hunks",
    before: numbered("hunk", 16_000),
    after: changedHereAndThere(numbered("hunk", 16_000)),
  },
])(
  "a $what that is larger than the limit is shown piece by piece, each line once",
  async ({ before, after }) => {
    if (before !== "") repository.write("long.txt", before);
    repository.commit("Prepare");
    const session = await started({ COUNTERSIGN_MAX_DIFF_BYTES: "2500" });
    repository.write("long.txt", after);
    const seen: string[] = [];
    for (let edit = 0; edit < 20 && session.outcomes().at(-1) !== "allowed"; edit += 1) {
      repository.write("trigger.txt", `trigger ${edit}\n`);
      const prompt = await shownAt(session);
      seen.push(...[...prompt.matchAll(/^[+-](?:new|old|hunk) line .*$/gm)].map(([line]) => line));
    }
    const outcomes = session.outcomes();
    expect(outcomes.length).toBeGreaterThan(2);
    expect(outcomes.at(-1)).toBe("allowed");
    expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(["allowed(partial)"]));
    const now = new Set(after.split("\n"));
    const kept = new Set(before.split("\n").filter((line) => now.has(line)));
    const lines = (text: string, mark: string) =>
      text.split("\n").flatMap((line) => (line === "" || kept.has(line) ? [] : [`${mark}${line}`]));
    expect(seen.toSorted()).toEqual([...lines(before, "-"), ...lines(after, "+")].toSorted());
    repository.git("rm", "-q", "-f", "--ignore-unmatch", "long.txt", "trigger.txt");
    repository.commit("Long");
  },
);

test("what cannot be shown is named with its reason, in the prompt and in the receipt", async () => {
  const session = await started({ COUNTERSIGN_EXCLUDE: "kept-out/**" });
  repository.write("picture.bin", Uint8Array.from([0, 1, 2, 0]));
  repository.write("one-line.json", JSON.stringify("y".repeat(400_000)));
  repository.write("kept-out/inner.js", "export const keptOut = 1;\n");
  repository.write("giant.dat", "");
  truncateSync(join(repository.root, "giant.dat"), 17 * 1024 * 1024);
  repository.write("plain.js", "export const plain = 1;\n");
  world.api.play(doing((request) => runCommand(request, "cat plain.js; cat kept-out/inner.js")));
  const before = world.api.requests.length;
  const answer = await session.stop();
  const prompt = world.api.requests[before]?.prompt ?? "";
  const reasons = [
    ["kept-out/inner.js", "excluded", "excluded by configuration"],
    ["one-line.json", "too-large", "too large"],
    ["picture.bin", "binary", "binary"],
    ["giant.dat", "giant", "giant untracked file"],
  ] as const;
  expect(scopeOf(session).notCovered).toEqual(reasons.map(([path, why]) => ({ path, why })));
  for (const [path, , words] of reasons) {
    expect(prompt).toContain(`${path}: not shown, ${words}`);
    expect(answer.systemMessage).toContain(`1 ${words}`);
  }
  const output = world.api.requests[before + 1]?.outputs[0] ?? "";
  expect(output).toContain("plain = 1");
  expect(output).toContain("kept-out/inner.js: Permission denied");
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  repository.commit("Odd");
});

test("what is edited in a nested repository and in a submodule is shown, and can block", async () => {
  const origin = makeRepository();
  origin.write("library.js", "export const library = 1;\n");
  origin.commit("Begin");
  repository.git("submodule", "--quiet", "add", origin.root, "module");
  repository.commit("Add a module");
  const nested = join(repository.root, "nested");
  repository.write("nested/inner.js", "export const inner = 1;\n");
  repository.gitIn(nested, "init", "--quiet");
  repository.gitIn(nested, "add", "--all");
  repository.gitIn(nested, "commit", "--quiet", "--message", "Begin");
  const session = await started();
  repository.write("nested/inner.js", "export const inner = 2;\n");
  repository.write("nested/made.js", "export const made = 1;\n");
  repository.write("module/library.js", "export const library = 2;\n");
  world.api.play((request) =>
    reviewAnswer(request, [
      { title: "Wrong inside", file: "nested/inner.js", line_start: 1, quote: "export const inner = 2;" },
      { title: "Wrong module", file: "module/library.js", line_start: 1, quote: "export const library = 2;" },
    ]),
  );
  const before = world.api.requests.length;
  const answer = await session.stop();
  expect(answer.decision).toBe("block");
  expect(answer.reason).toContain("nested/inner.js:1");
  expect(answer.reason).toContain("module/library.js:1");
  const prompt = world.api.requests[before]?.prompt ?? "";
  expect(prompt).toContain("-export const inner = 1;\n+export const inner = 2;");
  expect(prompt).toContain("+export const made = 1;");
  expect(prompt).toContain("-export const library = 1;\n+export const library = 2;");
  expect(scopeOf(session)).toMatchObject({ notCovered: [] });
  repository.write("nested/inner.js", "export const inner = 3;\n");
  repository.write("module/library.js", "export const library = 3;\n");
  world.api.play((request) => reviewAnswer(request));
  await session.stop();
  await session.stop();
  expect(session.outcomes()).toEqual(["blocked", "allowed", "skipped(unchanged)"]);
  repository.write("nested/inner.js", "export const inner = 4;\n");
  const next = await shownAt(session);
  expect(next).toContain("-export const inner = 3;\n+export const inner = 4;");
  expect(next).not.toContain("made = 1");
  origin.remove();
});

test("a reviewer that tries to write is refused and its verdict stands; what it opens is on record", async () => {
  const session = await started({ COUNTERSIGN_MAX_DIFF_BYTES: "2000" });
  repository.write("opened.txt", numbered("opened", 1_500));
  repository.write("left-out.txt", numbered("left-out", 1_900));
  const patch = "*** Begin Patch\n*** Add File: written.txt\n+hello\n*** End Patch";
  world.api.play(
    doing(
      () => ({ kind: "call", calls: [{ kind: "custom", name: "apply_patch", input: patch }] }),
      (request) => runCommand(request, "cat left-out.txt"),
      (request) => runCommand(request, "cat README.md"),
      (request) => runCommand(request, "echo x > written.txt"),
    ),
  );
  await session.stop();
  expect(world.api.requests.at(-1)?.outputs[0]).toContain("patch rejected");
  expect(existsSync(join(repository.root, "written.txt"))).toBe(false);
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  expect(session.receipts()[0]?.review).toMatchObject({
    decision: "ALLOW",
    reading: { shown: 1, opened: ["left-out.txt"], others: ["README.md"] },
  });
  expect(readFileSync(join(repository.root, "left-out.txt"), "utf8")).toBe(numbered("left-out", 1_900));
});
