import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseShape } from "#base/json.ts";
import { gitState } from "#test/scratch-repository.ts";
import { type Machine, makeTeam, type Printed } from "#test/team-world.ts";

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);

/** A text of forty lines, some of them replaced. */
function text(own: Readonly<Record<number, string>> = {}): string {
  return `${LINES.map((line, index) => own[index + 1] ?? line).join("\n")}\n`;
}

const FILES = { "a.txt": text(), "b.txt": "b\n", "c.txt": "c\n", "run.sh": "echo\n" };

const Answer = z.looseObject({
  exitCode: z.int(),
  paths: z._default(
    z.array(
      z.looseObject({
        path: z.string(),
        verdict: z.string(),
        as: z.optional(z.string()),
        why: z.optional(z.looseObject({ kind: z.string() })),
      }),
    ),
    [],
  ),
});

/** The exit code, and `path verdict` for each path, with how or why. */
function rows({ code, value }: Printed): readonly (string | number)[] {
  const { paths, exitCode } = parseShape(value, Answer);
  expect(exitCode).toBe(code);
  return [
    code,
    ...paths.map(({ path, verdict, as, why }) => [path, verdict, as ?? why?.kind ?? ""].join(" ")),
  ];
}

async function push(machine: Machine, ...words: readonly string[]): Promise<void> {
  expect(await machine.call("notes", "push", ...words)).toMatchObject({ code: 0, stderr: "" });
}

/** What another machine says of the branch, from the notes that it fetches. */
async function verified(other: Machine, ...words: readonly string[]): Promise<readonly (string | number)[]> {
  other.git("fetch", "--quiet", "origin");
  expect(await other.call("notes", "fetch")).toMatchObject({ code: 0, stderr: "" });
  return rows(await other.json("audit", "verify", ...words));
}

test("what one machine signed, another verifies without a network, and no repository is written", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => {
    a.write("a.txt", text({ 3: "three" }));
    a.write("new.txt", "new\n");
    rmSync(join(a.root, "b.txt"));
    a.write("junk/scratch.txt", "never committed\n");
  });
  a.git("add", "a.txt", "new.txt", "b.txt");
  a.git("commit", "--quiet", "-m", "Work");
  a.git("push", "--quiet", "origin", "main:work");
  const untouched = gitState(a.root);
  await push(a);
  expect(gitState(a.root)).toBe(untouched);
  b.git("fetch", "--quiet", "origin");
  const clean = gitState(b.root);
  expect(await b.call("notes", "fetch")).toMatchObject({ code: 0 });
  rmSync(team.remote, { recursive: true });
  const { stdout } = await b.call("audit", "verify", "origin/work", "--base", "main");
  expect(stdout).toMatch(/^\w{12}\.\.\w{12}: 3 of 3 changed paths signed, 0 not\n/);
  expect(stdout).toContain("These notes are not anchored: whoever may push");
  expect(rows(await b.json("audit", "verify", "origin/work", "--base", "main"))).toEqual([
    0,
    "a.txt signed content",
    "b.txt signed content",
    "new.txt signed content",
  ]);
  expect(gitState(b.root)).toBe(clean);
});

test("several signatures, one after the other, hold for their squash", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  for (const [line, word] of [
    [3, "three"],
    [4, "four"],
    [5, "five"],
  ] as const) {
    await a.sign(() => {
      a.write("a.txt", text({ [line]: word }));
      a.write("c.txt", `c ${word}\n`);
    });
    a.commit(word);
  }
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  b.git("merge", "--quiet", "--squash", "origin/main");
  b.git("fetch", "--quiet", "origin");
  b.git("merge", "--quiet", "--squash", "origin/work");
  b.commit("Squashed");
  expect(await verified(b, "HEAD", "--base", "HEAD^")).toEqual([
    0,
    "a.txt signed steps",
    "c.txt signed steps",
  ]);
});

test("after a rebase over another change of the same file the lines are signed, unless --strict", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => a.write("a.txt", text({ 3: "three" })));
  a.commit("Work");
  await a.sign(() => a.write("a.txt", text({ 3: "three", 20: "twenty" })));
  a.commit("More work");
  b.write("a.txt", text({ 36: "another's" }));
  b.commit("Other");
  b.git("push", "--quiet", "origin", "main");
  a.git("fetch", "--quiet", "origin");
  a.git("rebase", "--quiet", "origin/main");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "origin/main")).toEqual([0, "a.txt signed patch"]);
  expect(await verified(b, "origin/work", "--base", "origin/main", "--strict")).toEqual([
    1,
    "a.txt not-signed only-as-patch",
  ]);
});

test("several signatures hold as a patch for their squash over another change of the same file", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => a.write("a.txt", text({ 3: "three" })));
  a.commit("One");
  await a.sign(() => a.write("a.txt", text({ 3: "tres", 20: "twenty" })), { session: "s2" });
  a.commit("Two");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  b.write("a.txt", text({ 36: "another's" }));
  b.commit("Other");
  b.git("fetch", "--quiet", "origin");
  b.git("merge", "--quiet", "--squash", "origin/work");
  b.commit("Squashed");
  expect(await verified(b, "HEAD", "--base", "HEAD^")).toEqual([0, "a.txt signed patch"]);
  const { value } = await b.json("audit", "verify", "HEAD", "--base", "HEAD^");
  expect(JSON.stringify(value)).toMatch(/-s1-1.*-s2-1/);
  expect((await verified(b, "HEAD", "--base", "HEAD^", "--strict"))[0]).toBe(1);
});

test("of a change that is committed in part, whole paths are signed, and a part of one is not", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => {
    a.write("a.txt", text({ 3: "three", 30: "thirty" }));
    a.write("c.txt", "cc\n");
    a.write("b.txt", "bb\n");
  });
  a.write("a.txt", text({ 3: "three" }));
  a.git("add", "a.txt", "c.txt");
  a.git("commit", "--quiet", "-m", "Part");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([
    1,
    "a.txt not-signed other-new-content",
    "c.txt signed content",
  ]);
});

test("a merge commit is verified like any other", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => a.write("c.txt", "cc\n"));
  a.commit("Work");
  b.write("b.txt", "bb\n");
  b.commit("Other");
  b.git("push", "--quiet", "origin", "main");
  a.git("fetch", "--quiet", "origin");
  a.git("merge", "--quiet", "--no-edit", "origin/main");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([0, "c.txt signed content"]);
  const first = await verified(b, "origin/work", "--base", "origin/work^1");
  expect(first).toEqual([1, "b.txt not-signed no-note"]);
});

test("modes, links and renames count for what they are", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => {
    chmodSync(join(a.root, "run.sh"), 0o755);
    a.git("mv", "a.txt", "moved.txt");
    a.write("moved.txt", text({ 7: "seven" }));
    symlinkSync("run.sh", join(a.root, "link"));
    a.write("c.txt", "cc\n");
  });
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([
    0,
    "a.txt signed content",
    "c.txt signed content",
    "link signed content",
    "moved.txt signed content",
    "run.sh signed content",
  ]);
  a.git("update-index", "--chmod=+x", "c.txt");
  a.git("commit", "--quiet", "-m", "Mode");
  a.git("push", "--quiet", "origin", "main:work");
  expect(await verified(b, "origin/work", "--base", "main")).toContain("c.txt not-signed other-mode");
});

test("a submodule's commit is not signed, and the files beside it are", async () => {
  const team = makeTeam(FILES);
  const [a, s] = [team.machine(), team.machine()];
  s.commit("Inner");
  a.git("submodule", "add", "--quiet", s.root, "sub");
  a.commit("Submodule");
  s.write("c.txt", "inner\n");
  s.commit("Inner work");
  await a.sign(() => {
    a.gitIn(join(a.root, "sub"), "pull", "--quiet", "origin", "main");
    a.write("a.txt", text({ 3: "three" }));
  });
  a.commit("Work");
  await push(a);
  const answer = await a.json("audit", "verify", "HEAD", "--base", "HEAD^");
  expect(rows(answer)).toEqual([1, "a.txt signed content", "sub not-signed submodule"]);
  expect(answer.value).toMatchObject({ gaps: null });
});

test("a renamed file is not signed where its former content is not what the base holds", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  a.write("bulk.txt", `${text()}evil()\n`);
  await a.sign(() => {
    a.git("add", "bulk.txt");
    a.git("mv", "bulk.txt", "renamed.txt");
    a.write("renamed.txt", `${text({ 7: "seven" })}evil()\n`);
  });
  a.commit("Renamed");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([
    1,
    "renamed.txt not-signed other-old-content",
  ]);
});

test("a content that was signed only from another one is not signed", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  a.write("a.txt", text({ 1: "evil()" }));
  await a.sign(() => a.write("a.txt", text({ 1: "evil()", 30: "harmless" })));
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([
    1,
    "a.txt not-signed other-old-content",
  ]);
  expect((await b.call("audit", "verify", "origin/work", "--base", "main")).stdout).toContain(
    "how that came about is signed by nobody",
  );
});

test("parts, replaced values and what was not covered are not signed, each with its reason", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(
    () => {
      a.write("a.txt", text({ 2: "two" }));
      a.write("b.txt", "bb\n");
      a.write("c.txt", "cc\n");
      a.write("run.sh", "echo run\n");
      a.write(".env", "KEY=1\n");
    },
    {
      edit: (draft) => ({
        ...draft,
        outcome: { kind: "allowed", partial: true },
        scope: draft.scope && {
          ...draft.scope,
          shown: draft.scope.shown
            .filter(({ path }) => !["c.txt", ".env"].includes(path))
            .map((one) => ({ ...one, part: one.path === "a.txt" })),
          redacted: [{ path: "b.txt", values: 2 }],
          notCovered: [{ path: ".env", why: "secret-looking" }],
          leftOut: [{ path: "c.txt", by: "session s9" }],
        },
      }),
    },
  );
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([
    1,
    ".env not-signed not-covered",
    "a.txt not-signed shown-in-part",
    "b.txt not-signed redacted",
    "c.txt not-signed left-out",
    "run.sh signed content",
  ]);
  const { stdout } = await b.call("audit", "verify", "origin/work", "--base", "main");
  expect(stdout).toContain("not signed: .env: the review did not cover it: named like a secret (");
  expect(stdout).toContain("left uncovered by ");
  const ignoring = ["--ignore", ".env, *.txt"];
  expect((await verified(b, "origin/work", "--base", "main", ...ignoring))[0]).toBe(0);
});

test("without notes, without the base, and of what the base holds: could not check, and what to do", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  a.write("c.txt", "cc\n");
  a.commit("Work");
  const none = await a.call("audit", "verify", "HEAD", "--base", "origin/main");
  expect(none).toMatchObject({ code: 2 });
  expect(none.stderr).toContain("`countersign notes fetch`");
  expect((await a.call("audit", "verify", "HEAD", "--base", "nowhere")).stderr).toContain(
    "`git fetch origin`",
  );
  const held = await a.call("audit", "verify", "HEAD^", "--base", "HEAD");
  expect(held).toMatchObject({ code: 2 });
  expect(held.stderr).toContain("holds HEAD^ already");
  a.git("push", "--quiet", "origin", "main");
  a.gitIn(a.beside, "clone", "--quiet", "--depth", "1", `file://${team.remote}`, "shallow");
  const cwd = join(a.beside, "shallow");
  const shallow = await a.callIn(cwd, "audit", "verify", "HEAD", "--base", "HEAD^");
  expect(shallow).toMatchObject({ code: 2 });
  expect(shallow.stderr).toContain("`git fetch --unshallow origin`");
  a.gitIn(cwd, "fetch", "--quiet", "--unshallow", "origin");
  expect((await a.callIn(cwd, "notes", "push")).code).toBe(0);
});

test("a repository with sha256 works like any other", async () => {
  const team = makeTeam(FILES, { objectFormat: "sha256" });
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => a.write("a.txt", text({ 3: "three" })));
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  expect(await verified(b, "origin/work", "--base", "main")).toEqual([0, "a.txt signed content"]);
});

test("notes that git itself fetched into the repository are read too", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await a.sign(() => a.write("a.txt", text({ 3: "three" })));
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  await push(a);
  b.git("fetch", "--quiet", "origin", "refs/notes/countersign:refs/notes/countersign", "work");
  expect(rows(await b.json("audit", "verify", "origin/work", "--base", "main"))).toEqual([
    0,
    "a.txt signed content",
  ]);
});
