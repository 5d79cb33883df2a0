import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { sealRollout } from "#codex/rollout/rollout.ts";
import type { Locations } from "#runs/locations.ts";
import { beginRun, newRun, type RunDraft } from "#runs/records/begin-run.ts";
import { type EndDraft, endRun } from "#runs/records/end-run.ts";
import { promptFile, type RunName, runHandle } from "#runs/records/run-files.ts";
import { callCommand } from "#test/call-command.ts";
import { type RolloutStory, rolloutText } from "#test/rollout-text.ts";
import { endDraft, runDraft } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
/** Made at the moment of the rollout. */
const THREAD = "019b7ca9-9070-7000-8000-000000000001";
const Answer = z.looseObject({
  verdict: z.optional(z.string()),
  standing: z.optional(z.string()),
  checks: z.optional(z.array(z.looseObject({ name: z.string(), result: z.string(), detail: z.string() }))),
  runs: z.optional(z.array(z.looseObject({ id: z.string(), standing: z.string() }))),
  findings: z.optional(z.array(z.looseObject({ kind: z.string() }))),
  claimedBy: z.optional(z.array(z.looseObject({ id: z.string(), standing: z.string() }))),
  rollouts: z.optional(z.array(z.looseObject({ path: z.string() }))),
});

/** Writes the rollout of a thread into a home of Codex beside the state. */
function rollout(locations: Locations, own: Partial<RolloutStory> = {}, home = "codex"): string {
  const name = `rollout-2026-01-02T03-04-05-${own.threadId ?? THREAD}.jsonl`;
  const path = join(locations.root, home, "sessions/2026/01/02", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rolloutText({ threadId: THREAD, prompt: "Draw a cat\n", answer: "Done.", ...own }));
  return path;
}

/** Puts a run on record that fits the rollout, but for what is given. */
async function run(
  locations: Locations,
  path: string,
  own: { readonly begun?: Partial<RunDraft>; readonly ended?: Partial<EndDraft>; readonly at?: string } = {},
): Promise<RunName> {
  const at = own.at ?? "2026-01-02T03:04:05.678Z";
  const name = await newRun(locations, new Date(at));
  const codexHome = dirname(dirname(dirname(dirname(dirname(path)))));
  const draft = runDraft({ at, codexHome, ...own.begun });
  const begun = await beginRun(
    locations,
    name,
    { draft, asked: { prompt: "Draw a cat\n", contract: null } },
    NEVER,
  );
  const end = endDraft({
    threadId: THREAD,
    rollouts: [{ threadId: THREAD, seal: await sealRollout(path) }],
    noRollout: null,
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    commands: [{ command: "git show", exitCode: 0 }],
    ...own.ended,
  });
  await endRun(locations, begun, end, NEVER);
  return name;
}

async function verify(locations: Locations, ...words: readonly string[]) {
  const { code, stdout, stderr } = await callCommand(locations, ["audit", "verify", "--json", ...words]);
  return { code, stderr, ...parseJson(stdout || "{}", Answer) };
}

async function standing(locations: Locations, name: RunName): Promise<string> {
  const { standing: told, checks } = await verify(locations, name.id);
  const open = (checks ?? []).filter(({ result }) => result !== "holds");
  return [told, ...open.map(({ name: check, result }) => `${check} ${result}`)].join(", ");
}

test("a run is named by its id, its handle or `last`, and each check is told", async () => {
  const locations = freshLocations();
  const name = await run(locations, rollout(locations));
  for (const text of [name.id, runHandle(name.id), "last"]) {
    expect(await verify(locations, text)).toMatchObject({ code: 0, verdict: "clean", standing: "proven" });
  }
  const { stdout } = await callCommand(locations, ["audit", "verify", "last"]);
  expect(stdout).toMatch(
    new RegExp(`^run ${name.id}: proven\\n  record     holds    as the ledger of runs has it\\n`),
  );
  expect(stdout).toContain(`  folder     holds    /work/project\n`);
  expect(stdout).toContain("Nothing outside of this user's files vouches for it.\n");
});

test("a rollout that was archived or appended to proves as much; one that is gone leaves the run unproven", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  const name = await run(locations, path);
  appendFileSync(path, '{"type":"more"}\n');
  const archive = join(locations.root, "codex/archived_sessions");
  mkdirSync(archive, { recursive: true });
  const moved = join(archive, path.split("/").at(-1) ?? "");
  renameSync(path, moved);
  expect(await standing(locations, name)).toBe("proven");
  renameSync(moved, `${moved}.away`);
  expect(await verify(locations, name.id)).toMatchObject({
    code: 1,
    standing: "unproven",
    findings: [{ kind: "rollout-missing" }],
  });
  writeFileSync(moved, readFileSync(`${moved}.away`, "utf8").replace("Done.", "Gone."));
  expect(await standing(locations, name)).toMatch(/^contradicted, rollout fails/);
});

test("a seal that ends before its turn does proves nothing of it, though record and file are whole", async () => {
  const locations = freshLocations();
  const path = rollout(locations, {
    commands: [
      { words: ["/bin/bash", "-lc", "git show"], exitCode: 0 },
      { words: ["/bin/bash", "-lc", "rm -r src"], exitCode: 0 },
    ],
  });
  const text = readFileSync(path, "utf8");
  const end = text.lastIndexOf("\n", text.indexOf("rm -r src")) + 1;
  writeFileSync(path, text.slice(0, end));
  const name = await run(locations, path, {
    ended: {
      answer: null,
      responseIds: [],
      usage: null,
      outcome: { kind: "failed", failure: { kind: "timeout", detail: "" } },
    },
  });
  expect(await standing(locations, name)).toMatch(/^proven/);
  writeFileSync(path, text);
  expect(await standing(locations, name)).toMatch(/^plausible, turns unknown/);
});

test("a second file of the thread counts as soon as it says something else, whichever fits the seal", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  const name = await run(locations, path);
  const archive = join(locations.root, "codex/archived_sessions");
  mkdirSync(archive, { recursive: true });
  const second = join(archive, path.split("/").at(-1) ?? "");
  const text = readFileSync(path, "utf8");
  for (const [other, told] of [
    [text.slice(0, 500), "proven"],
    [text, "proven"],
    [text.slice(0, 500).replace("019b", "019c"), "unproven, rollout unknown"],
    [text.replace("Done.", "None."), "unproven, rollout unknown"],
  ] as const) {
    writeFileSync(second, other);
    expect(await standing(locations, name)).toBe(told);
  }
});

test.each<readonly [string, Parameters<typeof run>[2], string]>([
  ["another folder", { begun: { cwd: "/work/other" } }, "folder fails"],
  ["another home", { begun: { codexHome: "/another" } }, "home fails"],
  ["another turn of the thread", { ended: { turnIds: ["turn-0"] } }, "turns fails"],
  [
    "another moment",
    { at: "2026-01-02T04:00:00.000Z", ended: { at: "2026-01-02T04:01:00.000Z" } },
    "time fails",
  ],
  ["another model", { ended: { model: "gpt-9" } }, "model fails"],
  ["another answer", { ended: { answer: "Done!" } }, "answer fails"],
  [
    "a turn that was not completed",
    { ended: { outcome: { kind: "failed", failure: { kind: "turn_failed", detail: "" } } } },
    "end fails",
  ],
])("a run that claims %s is contradicted, though its record is whole", async (_, own, check) => {
  const locations = freshLocations();
  const name = await run(locations, rollout(locations), own);
  expect(await standing(locations, name)).toContain(`contradicted, ${check}`);
  expect((await verify(locations)).findings).toMatchObject([
    { kind: "claim-refuted", check: check.split(" ")[0] },
  ]);
});

test("a run with the rollout of another thread is contradicted, whichever it names", async () => {
  const other = "019b7ca9-9070-7000-8000-000000000002";
  for (const [named, told] of [
    [THREAD, "contradicted, rollout fails"],
    [other, "contradicted, thread fails"],
  ] as const) {
    const locations = freshLocations();
    const foreign = rollout(locations, { threadId: other });
    rollout(locations, { answer: "Another." });
    const ended = { threadId: THREAD, rollouts: [{ threadId: named, seal: await sealRollout(foreign) }] };
    const found = await standing(locations, await run(locations, foreign, { ended }));
    expect(found.startsWith(told)).toBe(true);
  }
});

test("an old record that is put on record again under a new id is refuted, the first one stands", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  const first = await run(locations, path);
  const again = await run(locations, path, { at: "2026-01-02T03:04:05.900Z" });
  expect(await standing(locations, again)).toBe("contradicted, turns fails");
  expect(await standing(locations, first)).toBe("proven");
  expect((await verify(locations)).findings?.map(({ kind }) => kind)).toEqual(["claim-refuted"]);
});

test("an ephemeral run says what can be known of it, and words that were edited are told", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  const name = await run(locations, path, {
    ended: { rollouts: [], noRollout: "it was run with --ephemeral" },
  });
  expect(await standing(locations, name)).toBe("plausible, rollout unknown");
  writeFileSync(promptFile(name), "Draw a dog\n");
  expect(await standing(locations, name)).toBe("contradicted, words fails, rollout unknown");
});

test("a run whose line is gone from the ledger is unproven, and one of which only the line is left is missed", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  const name = await run(locations, path);
  const ledger = join(locations.runs, "ledger.jsonl");
  const kept = readFileSync(ledger, "utf8");
  writeFileSync(ledger, kept.split("\n").slice(0, 1).join("\n").concat("\n"));
  expect(await standing(locations, name)).toBe("unproven, record unknown");
  writeFileSync(ledger, kept);
  renameSync(name.folder, `${name.folder}-away`);
  expect(await verify(locations)).toMatchObject({
    code: 1,
    findings: [{ kind: "run-missing", run: name.id }],
  });
});

test("a thread is told by Codex's own file, and by the records that claim it", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  expect(await verify(locations, THREAD)).toMatchObject({
    code: 0,
    verdict: "clean",
    claimedBy: [],
    rollouts: [{ path }],
  });
  const text = (await callCommand(locations, ["audit", "verify", THREAD.toUpperCase()])).stdout;
  expect(text).toContain(`thread ${THREAD}: Codex ran\n`);
  expect(text).toContain("no record of Countersign names it");
  expect(text).toContain(
    'completed, gpt-5.5-codex, 1 command, 2 tokens, 1 answer of the provider: "Draw a cat"',
  );
  const name = await run(locations, path);
  expect(await verify(locations, THREAD)).toMatchObject({ claimedBy: [{ id: name.id, standing: "proven" }] });
  writeFileSync(path, "");
  expect(await verify(locations, THREAD)).toMatchObject({
    code: 1,
    claimedBy: [{ standing: "contradicted" }],
  });
});

test("a thread of which there is neither file nor record is no evidence", async () => {
  const locations = freshLocations();
  expect(await verify(locations, THREAD)).toMatchObject({
    code: 1,
    verdict: "no-evidence",
    standing: "no-evidence",
  });
  expect((await callCommand(locations, ["audit", "verify", THREAD])).stdout).toMatch(
    new RegExp(`^thread ${THREAD}: no evidence\\n`),
  );
});

test.each(["../../etc/passwd", "a/b", "a b", "\u001b[2J", "x".repeat(300)])("%j is no id", async (text) => {
  const { code, stderr } = await verify(freshLocations(), text);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    / is no id; an id holds letters, digits, - and _, and `countersign audit runs` lists them\n$/,
  );
  expect(stderr).not.toContain("\u001b");
});

test("words that name nothing, or too much, are said to", async () => {
  const locations = freshLocations();
  expect(await verify(locations, "nobody")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("no record and no thread is named nobody"),
  });
  const path = rollout(locations);
  await run(locations, path);
  await run(locations, path, { at: "2026-01-02T03:04:05.900Z" });
  expect(await verify(locations, "2026")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/2 records begin or end with 2026; type more/),
  });
  expect(await verify(locations, "last", "--since", "1d")).toMatchObject({ code: 2 });
  expect(await verify(locations, "--since", "soon")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not "soon"'),
  });
  expect(await verify(locations, "--strict")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--strict goes with --base"),
  });
});

test("only what is young enough, or of a session, is judged", async () => {
  const locations = freshLocations();
  const path = rollout(locations);
  await run(locations, path);
  expect((await verify(locations, "--since", "2026-01-01")).runs?.length).toBe(1);
  expect((await verify(locations, "--since", "2026-01-03")).runs?.length).toBe(0);
  expect(await verify(locations, "--session", "s9")).toMatchObject({ code: 2 });
  const session = { asker: { by: "agent-shell", session: "s8" } } as const;
  const begun = { ...runDraft(), ...session };
  expect(begun.asker.session).toBe("s8");
});
