import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { outcomeText } from "#commands/receipt-row.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import type { RunUnderWay } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { begunFile, runHandle } from "#runs/records/run-files.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { begin, endDraft, goneProcess } from "#test/run-values.ts";
import { receiptDraft, reviewValue, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const LONG = sessionId("4ad3c1f0-1111-4222-8333-444455556666");
let locations: Locations;
let exec: RunUnderWay;
let failed: RunUnderWay;

const failure = { kind: "artifact_missing", detail: "cat.png is not there" } as const;

beforeEach(async () => {
  locations = freshLocations();
  await changeSession(locations, LONG, () => sessionValue({ session_id: LONG }), NEVER);
  await writeReceipt(locations, LONG, receiptDraft(), NEVER);
  const paused = { kind: "failed", class: "usage-limit", detail: "x", blocked: false } as const;
  const second = receiptDraft({ at: "2026-01-02T03:05:00.000Z", outcome: paused, review: null, scope: null });
  await writeReceipt(locations, LONG, second, NEVER);
  const odd = reviewValue({ model: "bad\u001b[31m\tmodel\n漢字漢字" });
  await writeReceipt(
    locations,
    sessionId("s2"),
    receiptDraft({ at: "2026-01-03T03:06:00.000Z", review: odd }),
    NEVER,
  );
  const asker = { by: "agent-shell", session: LONG } as const;
  exec = await begin(locations, { at: "2026-01-02T04:00:00.000Z", asker });
  await endRun(locations, exec, endDraft(), NEVER);
  failed = await begin(locations, {
    at: "2026-01-02T05:00:00.000Z",
    kind: "turn",
    title: "Go on",
    cwd: "/elsewhere/x",
  });
  await endRun(
    locations,
    failed,
    endDraft({ outcome: { kind: "failed", failure }, usage: null, seconds: 90 }),
    NEVER,
  );
});

async function audit(...words: readonly string[]) {
  return await callCommand(locations, ["audit", "runs", ...words]);
}

/** Returns the last column of each row: what the filters let through. */
async function handles(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await audit(...words);
  const [, ...rows] = stdout.trimEnd().split("\n");
  return rows.map((row) => row.split("\t").at(-1) ?? "");
}

test("countersign audit runs, in a pipe: decisions and runs in one list, the latest first", async () => {
  const { code, stdout, stderr } = await audit();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    [
      "time (UTC)\tkind\toutcome\tmodel\ttokens\ts\twhat\trecord",
      "2026-01-03 03:06:00\tgate\tallowed\tbad model 漢字漢字\t2\t12.3\t1 file\ts2-1",
      `2026-01-02 05:00:00\tthread\tfailed (artifact_missing)\tgpt-5.5-codex\t\t90.0\tGo on\t${runHandle(failed.id)}`,
      `2026-01-02 04:00:00\texec\tsucceeded\tgpt-5.5-codex\t1234\t60.0\tDraw a cat\t${runHandle(exec.id)}`,
      "2026-01-02 03:05:00\tgate\tfailed (usage-limit)\t\t\t12.3\t\t55556666-2",
      "2026-01-02 03:04:05\tgate\tallowed\tgpt-5.5-codex\t2\t12.3\t1 file\t55556666-1",
      "",
    ].join("\n"),
  );
});

test("on a terminal there are sums below, and no line is wider than it", async () => {
  for (const columns of [undefined, 80, 100, 240]) {
    let printed = "";
    const write = (text: string): void => {
      printed += text;
    };
    const stdout = { write, isTerminal: true, columns: () => columns };
    await callCommand(locations, ["audit", "runs"], { stdout });
    expect(printed).not.toContain("\u001b");
    for (const line of printed.split("\n")) {
      expect(line.length).toBeLessThanOrEqual(Math.min(100, columns ?? 100));
    }
    expect(printed).toContain(`${runHandle(exec.id)}\n`);
    expect(printed).toMatch(
      /\n5 records: 1202 tokens in \(1000 cached\), 36 out, 3 min\nby outcome: allowed 2, failed \(artifact_missing\) 1, succeeded 1, failed\s+\(usage-limit\) 1\nby model: bad model 漢字漢字 1,/,
    );
    expect(printed).toContain("\nby day: 2026-01-03 1, 2026-01-02 4\n");
  }
});

test.each<readonly [readonly string[], readonly string[]]>([
  [
    ["--kind", "gate"],
    ["s2-1", "55556666-2", "55556666-1"],
  ],
  [["--kind", "exec"], ["exec"]],
  [
    ["--kind", "exec", "--kind", "thread"],
    ["failed", "exec"],
  ],
  [["--kind", "review"], []],
  [
    ["--outcome", "failed"],
    ["failed", "55556666-2"],
  ],
  [
    ["--outcome", "usage-limit", "--outcome", "succeeded"],
    ["exec", "55556666-2"],
  ],
  [
    ["--model", "gpt-5.5"],
    ["failed", "exec", "55556666-1"],
  ],
  [
    ["--session", LONG],
    ["exec", "55556666-2", "55556666-1"],
  ],
  [
    ["--last", "2"],
    ["s2-1", "failed"],
  ],
  [["--limit", "1"], ["s2-1"]],
  [["-n", "1", "--kind", "exec"], ["exec"]],
  [["--since", "2026-01-03"], ["s2-1"]],
  [
    ["--until", "2026-01-02"],
    ["failed", "exec", "55556666-2", "55556666-1"],
  ],
  [
    ["--since", "2026-01-02T03:05:00Z", "--until", "2026-01-02 04:00"],
    ["exec", "55556666-2"],
  ],
  [
    ["--since", "8h", "--until", "420m"],
    ["failed", "exec"],
  ],
  [
    ["--repository", "/work/project", "--kind", "gate"],
    ["s2-1", "55556666-2", "55556666-1"],
  ],
  [["--here"], ["s2-1", "exec", "55556666-2", "55556666-1"]],
  [["--repository", "../../elsewhere"], ["failed"]],
  [["--repository", "/work/proj"], []],
])("%j", async (words, expected) => {
  const names: Readonly<Record<string, string>> = { exec: runHandle(exec.id), failed: runHandle(failed.id) };
  expect(await handles(...words)).toEqual(expected.map((name) => names[name] ?? name));
});

test.each([
  [["--kind", "gte"], '--kind does not take "gte"; did you mean gate?'],
  [["--since", "yesterday"], "--since takes a day (2026-01-31), a moment or how long ago (7d, 12h, 30m)"],
  [["--until", "2026-02-31T00:00:00Z"], "--until takes a day"],
  [["--last", "0"], '--last takes a number from 1, not "0"'],
  [["--last", "1", "--limit", "2"], "--last and --limit are the same"],
  [["--here", "--repository", "x"], "--here and --repository name two places"],
  [["--json", "--markdown"], "two forms of one answer"],
  [["--session", "../x"], "is no session id"],
])("%j is refused in words", async (words, text) => {
  const { code, stdout, stderr } = await audit(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
});

test("what is running, died or goes on without its process comes first, and --unfinished lists nothing else", async () => {
  const running = await begin(locations, { at: "2026-01-02T11:59:00.000Z", kind: "review" });
  const died = await begin(locations, { at: "2026-01-02T01:00:00.000Z", process: goneProcess() });
  const orphan = await begin(locations, {
    kind: "turn",
    at: "2026-01-02T02:00:00.000Z",
    process: goneProcess(),
    codexHome: join(locations.root, "codex"),
  });
  const threadId = "0199a213-81c0-7800-8aa1-bbab2a035a53";
  appendRunEvent(orphan.folder, { at: "2026-01-02T02:00:01.000Z", kind: "thread", threadId });
  const signedAt = new Date("2026-01-02T11:58:30.000Z");
  utimesSync(eventsFile(orphan.folder), signedAt, signedAt);
  const day = join(locations.root, "codex", "sessions", "2026", "01", "02");
  mkdirSync(day, { recursive: true });
  const rollout = join(day, `rollout-2026-01-02T02-00-00-${threadId}.jsonl`);
  writeFileSync(rollout, "");
  const now = new Date("2026-01-02T12:00:00.000Z");
  utimesSync(rollout, now, now);
  const unfinished = [running, orphan, died].map(({ id }) => runHandle(id));
  expect(await handles("--unfinished")).toEqual(unfinished);
  const { stdout } = await audit("--last", "1");
  expect(stdout.split("\n").slice(1, -1)).toEqual([
    expect.stringContaining("\treview\trunning\t\t\t60.0\t"),
    expect.stringContaining("\tthread\torphaned, its thread goes on (last sign 2026-01-02 11:58:30)\t"),
    expect.stringContaining("\texec\tdied (last sign 2026-01-02 01:00:00)\t"),
    expect.stringContaining("s2-1"),
  ]);
  expect(await handles("--outcome", "died")).toEqual([runHandle(died.id)]);
  expect(await handles("--unfinished", "--kind", "review")).toEqual([runHandle(running.id)]);
  // What was written before the last sign of life was its own.
  const own = new Date("2026-01-02T11:58:35.000Z");
  utimesSync(rollout, own, own);
  expect(await handles("--outcome", "orphaned")).toEqual([]);
});

test("--unfinished names threads of ours that stand on no record", async () => {
  const day = join(locations.root, "codex", "sessions", "2026", "01", "02");
  mkdirSync(day, { recursive: true });
  const lay = (threadId: string, originator: string, at = "2026-01-02T02:00:00.000Z"): void => {
    const path = join(day, `rollout-2026-01-02T02-00-00-${threadId}.jsonl`);
    const payload = { id: threadId, originator, cwd: "/work/project" };
    writeFileSync(path, `${JSON.stringify({ timestamp: at, type: "session_meta", payload })}\n{`);
    utimesSync(path, new Date(at), new Date(at));
  };
  lay("stray", "countersign");
  lay("others", "codex_exec");
  lay("under-way", "countersign", "2026-01-02T11:55:00.000Z");
  lay("thread-1", "countersign");
  writeFileSync(join(day, "rollout-2026-01-02T02-00-00-torn.jsonl"), "{");
  const { code, stdout } = await audit("--unfinished");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^on no record: thread stray, begun 2026-01-02 0\d:00:00 by a client of Countersign/,
  );
  expect(stdout.split("\n")).toHaveLength(2);
  expect(JSON.parse((await audit("--unfinished", "--json")).stdout)).toMatchObject({
    rows: [],
    strayThreads: [{ threadId: "stray", cwd: "/work/project", modifiedAt: "2026-01-02T02:00:00.000Z" }],
  });
});

test("--json holds each record whole, with its digests and place", async () => {
  const { code, stdout } = await audit("--json", "--session", LONG, "-n", "2");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "countersign/audit-runs/1",
    rows: [
      {
        id: exec.id,
        kind: "exec",
        state: "ended",
        outcome: { text: "succeeded", words: ["succeeded"] },
        tokens: { input: 1200, cachedInput: 1000, output: 34 },
        place: "/work/project",
      },
      { kind: "gate", outcome: { words: ["failed", "usage-limit"] } },
    ],
    receipts: [
      {
        path: expect.stringContaining(`${LONG}-2.json`),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        receipt: { n: 2 },
      },
    ],
    runs: [{ folder: exec.folder, state: "ended", digests: { begun: exec.digest }, begun: { id: exec.id } }],
    unfinished: [],
    totals: { all: { records: 2, tokensIn: 1200, tokensOut: 34, seconds: 72.3 } },
    unreadable: [],
  });
});

test("--totals sums everything that matches, by day, by model and by outcome", async () => {
  const { stdout } = await audit("--totals", "--until", "2026-01-02");
  expect(stdout).toBe(
    [
      "day (UTC)\trecords\ttokens in\tcached\ttokens out\ts",
      "2026-01-02\t4\t1201\t1000\t35\t174.6",
      "",
      "model\trecords\ttokens in\tcached\ttokens out\ts",
      "gpt-5.5-codex\t3\t1201\t1000\t35\t162.3",
      "(none)\t1\t0\t0\t0\t12.3",
      "",
      "outcome\trecords\ttokens in\tcached\ttokens out\ts",
      "failed (artifact_missing)\t1\t0\t0\t0\t90.0",
      "succeeded\t1\t1200\t1000\t34\t60.0",
      "failed (usage-limit)\t1\t0\t0\t0\t12.3",
      "allowed\t1\t1\t0\t1\t12.3",
      "",
      "all\trecords\ttokens in\tcached\ttokens out\ts",
      "all\t4\t1201\t1000\t35\t174.6",
      "",
    ].join("\n"),
  );
});

test("--markdown is one block without the home folder, secrets and what was asked", async () => {
  const title = "``` /home/annabel/x ghp_0123456789abcdefghijklmnopqrstuvwxyzAB";
  const run = await begin(locations, { at: "2026-01-02T06:00:00.000Z", title });
  await endRun(locations, run, endDraft({ answer: "the answer" }), NEVER);
  const { stdout } = await callCommand(locations, ["audit", "runs", "--markdown"], {
    environment: { HOME: "/home/annabel" },
    home: "/home/annabel",
  });
  expect(stdout).toMatch(/^````text\ncountersign .* audit runs, 2026-01-02 12:00 UTC\n\ntime \(UTC\) /);
  expect(stdout).toMatch(/\nby day: .*\n````\n$/);
  for (const kept of ["annabel", "ghp_", "the answer", "/work/project"]) expect(stdout).not.toContain(kept);
  const totals = await audit("--markdown", "--totals");
  expect(totals.stdout).toContain("\nday (UTC)   records  tokens in");
});

test("a record that cannot be read is told, and is exit code 1", async () => {
  const torn = join(locations.receipts, "2026", "01", "02", "20260102T040000000Z-s2-2.json");
  writeFileSync(torn, "{torn");
  writeFileSync(begunFile(exec), '{"schema":"countersign/run-begun/2"}');
  mkdirSync(join(locations.runs, "2026", "01", "02", "20260102T040000000Z-00000000"));
  const { code, stdout, stderr } = await audit();
  expect(code).toBe(1);
  expect(stdout.split("\n")).toHaveLength(6);
  expect(stderr).toContain(`cannot be read: ${torn} (`);
  expect(stderr).toContain(`cannot be read: ${begunFile(exec)} (a later version of Countersign wrote it`);
  expect(stderr).toContain("2 records not shown above.");
  expect(JSON.parse((await audit("--json")).stdout)).toMatchObject({
    unreadable: [{ path: torn }, { path: begunFile(exec) }],
  });
});

test("where nothing is on record, or nothing is like that, it is said", async () => {
  const { code, stdout, stderr } = await callCommand(freshLocations(), ["audit", "runs"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^Nothing is on record/);
  expect((await audit("--outcome", "blocked")).stderr).toMatch(/^Nothing on record is like that/);
});

test.each<readonly [Outcome, string]>([
  [{ kind: "allowed", partial: false }, "allowed"],
  [{ kind: "allowed", partial: true }, "allowed (partial)"],
  [{ kind: "blocked", round: 1, of: 3 }, "blocked (1 of 3)"],
  [{ kind: "advised" }, "advised"],
  [{ kind: "skipped", why: "unchanged" }, "skipped (unchanged)"],
  [{ kind: "deferred", why: "background-tasks" }, "deferred (background-tasks)"],
  [{ kind: "capped", why: "rounds" }, "capped (rounds)"],
  [{ kind: "unresolved" }, "unresolved"],
  [{ kind: "failed", class: "deadline", detail: "", blocked: false }, "failed (deadline)"],
  [{ kind: "joined" }, "joined"],
])("an outcome in few words: %j", (outcome, text) => expect(outcomeText(outcome)).toBe(text));
