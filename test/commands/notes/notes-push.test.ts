import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { callCommand } from "#test/call-command.ts";
import { gitState } from "#test/scratch-repository.ts";
import { reviewValue } from "#test/session-values.ts";
import { makeSigningKey } from "#test/signing-key.ts";
import { type Machine, makeTeam, type Team } from "#test/team-world.ts";

const FILES = { "a.txt": "a\n", "b.txt": "b\n" };

async function signedWork(machine: Machine, path = "a.txt", text = `${path} changed\n`): Promise<void> {
  await machine.sign(() => machine.write(path, text));
  machine.commit("Work");
}

function receipts(team: Team): readonly string[] {
  return team.notes().map(({ line }) => String(JSON.parse(line).receipt));
}

/** Answers on a port of this machine for as long as the test runs. */
async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return address.port;
}

test("a dry run shows every line that would leave, and neither asks nor changes anybody", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await signedWork(a);
  a.git("remote", "set-url", "origin", "https://127.0.0.1:1/none.git");
  const before = gitState(a.root);
  const { code, stdout } = await a.call("notes", "push", "--dry-run");
  expect(code).toBe(0);
  const [head, line = "", ...more] = stdout.trimEnd().split("\n");
  expect(head).toBe(
    "without --dry-run 1 note on 1 path would be pushed to origin (https://127.0.0.1:1/none.git), each as one of these lines",
  );
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({
    schema: "countersign/note/1",
    model: "gpt-5.5-codex",
    entries: [{ path: "a.txt", patch: expect.any(String) }],
  });
  for (const own of [a.root, a.home, a.locations.root, "codexPath", "findings", "/usr/bin/codex"]) {
    expect(line).not.toContain(own);
  }
  expect(gitState(a.root)).toBe(before);
  await team.machine().call("notes", "fetch");
});

test("what is pushed once is not pushed again, and the user's repository stays as it is", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await signedWork(a);
  const before = gitState(a.root);
  expect((await a.call("notes", "push")).stdout).toMatch(/^1 note on 1 path pushed to origin \(/);
  expect((await a.call("notes", "push")).stdout).toMatch(
    /^nothing to push to .*; 1 more was there already\n$/,
  );
  expect(gitState(a.root)).toBe(before);
  expect(receipts(team)).toHaveLength(1);
});

test("a remote with an address of its own for pushes is asked there what it has", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await signedWork(b);
  await b.call("notes", "push");
  await signedWork(a);
  a.git("remote", "set-url", "origin", join(a.beside, "none.git"));
  a.git("remote", "set-url", "--push", "origin", team.remote);
  expect(await a.json("notes", "push")).toMatchObject({ code: 0, value: { outcome: { attempts: 1 } } });
  expect(receipts(team)).toHaveLength(2);
});

test("a verdict that was known from another review is pushed with that review's model", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  const first = await a.sign(() => a.write("a.txt", "aa\n"), {
    edit: (draft) => ({ ...draft, review: reviewValue({ model: "of-the-review" }) }),
  });
  const { id, session } = first.receipt;
  await a.sign(() => a.write("b.txt", "bb\n"), {
    session: "s2",
    edit: (draft) => ({ ...draft, review: null, known: { receipt: id, session } }),
  });
  await a.sign(() => a.write("b.txt", "bbb\n"), {
    session: "s3",
    edit: (draft) => ({ ...draft, review: null, outcome: { kind: "skipped", why: "unchanged" } }),
  });
  a.commit("Work");
  await a.call("notes", "push");
  expect(team.notes().map(({ line }) => JSON.parse(line).model)).toEqual(["of-the-review", "of-the-review"]);
});

test("of several that push the same change at once none loses a note", async () => {
  const team = makeTeam(FILES);
  const machines = Array.from({ length: 6 }, () => team.machine());
  for (const [index, machine] of machines.entries()) {
    await machine.sign(() => machine.write("a.txt", "the same\n"), { session: `m${index}` });
    machine.commit("Work");
  }
  const answers = await Promise.all(machines.map((machine) => machine.json("notes", "push")));
  expect(answers.map(({ code }) => code)).toEqual(machines.map(() => 0));
  expect(
    receipts(team)
      .map((id) => id.slice(-4))
      .sort(),
  ).toEqual(machines.map((_machine, index) => `m${index}-1`));
  expect(new Set(team.notes().map(({ object }) => object)).size).toBe(1);
});

test("lines that others put on the same object stay, as with git's own union", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await signedWork(a);
  await signedWork(b);
  const receipt = await a.sign(() => a.write("b.txt", "bb\n"));
  a.commit("More");
  const tree = receipt.receipt.snapshot?.tree ?? "";
  b.git("fetch", "--quiet", a.root, "main");
  b.git("notes", "--ref", "countersign", "add", "-m", "zzz by hand", tree);
  b.git("push", "--quiet", "origin", "refs/notes/countersign");
  expect((await a.call("notes", "push")).code).toBe(0);
  const own = team.notes().filter(({ object }) => object === tree);
  expect(own.map(({ line }) => line.slice(0, 11))).toEqual(["zzz by hand", '{"at":"2026'].sort());
  expect((await b.call("notes", "fetch")).stdout).toMatch(/^3 notes, 3 of them new,/);
});

test("nothing of a chain that was tampered with is pushed, and it is said", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  const first = await a.sign(() => a.write("a.txt", "aa\n"));
  await a.sign(() => a.write("b.txt", "bb\n"));
  await a.sign(() => a.write("b.txt", "bbb\n"), { session: "s2" });
  a.commit("Work");
  const text = readFileSync(first.name.path, "utf8");
  writeFileSync(first.name.path, text.replace('"effort": "medium"', '"effort": "high"'));
  const { code, stderr, stdout } = await a.call("notes", "push");
  expect(code).toBe(1);
  expect(stderr).toBe(
    "countersign: nothing of session s1 was pushed: a receipt was changed after it was written; see `countersign audit verify --session s1`\n",
  );
  expect(stdout).toMatch(/^1 note on 1 path pushed/);
  expect(receipts(team)).toEqual([expect.stringContaining("-s2-1")]);
});

test("what was only tried is pushed on demand: its session's, or all", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await a.sign(() => a.write("secret-plan.txt", "x\n"), { session: "tried" });
  rmSync(join(a.root, "secret-plan.txt"));
  await signedWork(a);
  await a.call("notes", "push");
  expect(receipts(team)).toEqual([expect.stringContaining("-s1-1")]);
  expect((await a.call("notes", "push", "--session", "tried")).stdout).toMatch(/^1 note on 1 path pushed/);
  expect((await a.call("notes", "push", "--all")).stdout).toContain("2 more were there already");
});

test("receipts of a worktree that was removed are still of this repository, another's are not", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  const side = join(a.beside, "side");
  a.git("worktree", "add", "--quiet", "-b", "side", side);
  const { receipt } = await a.signIn(side, () => writeFileSync(join(side, "b.txt"), "of the side\n"));
  a.gitIn(side, "commit", "--quiet", "-am", "Side");
  a.git("merge", "--quiet", "side");
  a.git("worktree", "remove", "--force", side);
  expect((await a.call("notes", "push")).stdout).toMatch(/^1 note on 1 path pushed/);
  expect(receipts(team)).toEqual([receipt.id]);
  const foreign = makeTeam(FILES).machine();
  const answer = await callCommand(a.locations, ["notes", "push", "--all"], { cwd: foreign.root });
  expect(answer.stdout).toContain("no commit here was signed");
  expect((await b.call("notes", "push")).stdout).toContain("no commit here was signed");
});

test("a remote that refuses, that is not there, and that is unknown", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await signedWork(a);
  const hook = join(team.remote, "hooks", "pre-receive");
  writeFileSync(hook, "#!/bin/sh\nexit 1\n");
  chmodSync(hook, 0o755);
  const refused = await a.call("notes", "push");
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stdout).toContain("refused it ([remote rejected] (pre-receive hook declined))");
  const missing = await a.call("notes", "push", "--remote", join(a.beside, "none.git"));
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stdout).toContain("did not answer (");
  const unknown = await a.call("notes", "push", "--remote", "upstream");
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toContain('there is no remote "upstream" (there are origin)');
});

test("a remote that wants a password is not waited for, and one that says nothing only for so long", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await signedWork(a);
  const asking = createHttpServer((_request, response) => {
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
  });
  const url = `http://127.0.0.1:${await listening(asking)}/team.git`;
  const asked = await a.call("notes", "push", "--remote", url);
  expect(asked).toMatchObject({ code: 2 });
  expect(asked.stdout).toContain("could not read Username");
  const silent = createServer(() => undefined);
  const port = await listening(silent);
  const waited = await a.call(
    "notes",
    "fetch",
    "--remote",
    `http://127.0.0.1:${port}/x.git`,
    "--timeout",
    "1",
  );
  expect(waited).toMatchObject({ code: 2 });
  expect(waited.stderr).toContain("did not answer (it took too long)");
});

test("notes that are gone from the remote are told, and its own are pushed again", async () => {
  const team = makeTeam(FILES);
  const [a, b] = [team.machine(), team.machine()];
  await signedWork(a);
  await a.call("notes", "push");
  await signedWork(b, "b.txt");
  await b.call("notes", "push");
  const [kept] = team.notes().filter(({ line }) => line.includes("b.txt"));
  await team.plant(b, kept === undefined ? [] : [kept]);
  const { stdout, stderr } = await a.call("notes", "fetch");
  expect(stdout).toMatch(/^1 note, /);
  expect(stderr).toContain("somebody rewrote refs/notes/countersign");
  expect((await a.call("notes", "push")).stdout).toMatch(/^1 note on 1 path pushed/);
  expect(receipts(team)).toHaveLength(2);
});

test("a key signs what was pushed without one, and one with a passphrase asks nobody", async () => {
  const team = makeTeam(FILES);
  const a = team.machine();
  await signedWork(a);
  await a.call("notes", "push");
  const none = await a.call("notes", "push", "--sign");
  expect(none).toMatchObject({ code: 2 });
  expect(none.stderr).toContain("name one with --key");
  const locked = makeSigningKey("locked", "a passphrase");
  const refused = await a.call("notes", "push", "--key", locked.file);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("a key with a passphrase has to be in an agent");
  const key = makeSigningKey("author");
  a.git("config", "gpg.format", "ssh");
  a.git("config", "user.signingKey", key.file);
  expect((await a.call("notes", "push", "--sign")).stdout).toMatch(/^1 note on 1 path pushed/);
  expect((await a.call("notes", "push", "--sign")).stdout).toMatch(/^nothing to push/);
  const withOne = team.notes().filter(({ line }) => "signature" in JSON.parse(line));
  expect([withOne.length, team.notes().length]).toEqual([1, 2]);
});
