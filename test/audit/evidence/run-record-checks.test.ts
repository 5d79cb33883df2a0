import { expect, test } from "vitest";
import { type AskedFiles, runRecordChecks } from "#audit/evidence/run-record-checks.ts";
import type { LedgerEntry } from "#audit/records/ledger.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { storedRunValue } from "#test/stored-run-values.ts";

const RUN = storedRunValue();
const ASKED: AskedFiles = { prompt: RUN.begun.promptDigest, contract: null };

function entry(part: LedgerEntry["part"], own: Partial<LedgerEntry> = {}): LedgerEntry {
  const digest = (part === "begun" ? RUN.digests.begun : RUN.digests.ended) ?? "";
  const at = (part === "begun" ? RUN.begun.at : RUN.ended?.at) ?? "";
  return { n: 1, at, part, digest, doubt: undefined, ...own };
}

const BOTH = [entry("begun"), entry("ended")];

function record(run: StoredRun, entries: readonly LedgerEntry[] = BOTH): string {
  const [check] = runRecordChecks(run, entries, ASKED);
  return `${check?.result}: ${check?.detail}`;
}

test("a run whose files are those of the ledger stands", () => {
  expect(runRecordChecks(RUN, BOTH, ASKED).map(({ name, result }) => `${name} ${result}`)).toEqual([
    "record holds",
    "words holds",
  ]);
  const going = { ...RUN, ended: undefined, digests: { ...RUN.digests, ended: undefined } };
  expect(record(going, [entry("begun"), entry("pruned")])).toBe("holds: as the ledger of runs has it");
});

test.each([
  ["workspace-write", "fails: it succeeded with workspace-write, and read-only was asked for"],
  ["read-only", "holds: as the ledger of runs has it"],
  [null, "holds: as the ledger of runs has it"],
])("a success with %s, where read-only was asked for", (sandbox, said) => {
  const { begun, ended } = RUN;
  if (ended === undefined) throw new Error("the run has ended");
  const asked = { ...begun.asked, sandbox: "read-only" } as const;
  const run = { ...RUN, begun: { ...begun, asked } };
  expect(record({ ...run, ended: { ...ended, sandbox, outcome: { kind: "succeeded" } } })).toBe(said);
  const failure = { kind: "sandbox_unusable", detail: "d" } as const;
  expect(record({ ...run, ended: { ...ended, sandbox, outcome: { kind: "failed", failure } } })).toMatch(
    /^holds/,
  );
});

test("parts that do not belong to each other, or to their place, contradict it", () => {
  const { begun, ended } = RUN;
  if (ended === undefined) throw new Error("the run has ended");
  const other = storedRunValue("20260102T030409000Z-0badbeef").begun.id;
  expect(record({ ...RUN, begun: { ...begun, id: other } })).toBe(
    `fails: its beginning says that it is ${other}`,
  );
  expect(record({ ...RUN, ended: { ...ended, id: other } })).toBe(`fails: its end says that it is ${other}`);
  expect(record({ ...RUN, ended: { ...ended, begun: "0".repeat(64) } })).toBe(
    "fails: its end is that of another beginning",
  );
  expect(record({ ...RUN, ended: { ...ended, at: "2026-01-02T03:04:00.000Z" } })).toBe(
    "fails: it ended before it began",
  );
  expect(record({ ...RUN, begun: { ...begun, at: "2026-01-01T00:00:00.000Z" } })).toMatch(
    /^fails: it began at .* before its id was given$/,
  );
});

test.each<readonly [string, readonly LedgerEntry[], string]>([
  ["no line of the beginning", [entry("ended")], "unknown: the ledger has no line of its begun.json"],
  ["no line of the end", [entry("begun")], "unknown: the ledger has no line of its ended.json"],
  ["two lines", [...BOTH, entry("ended")], "fails: the ledger has 2 lines of its ended.json"],
  [
    "another digest",
    [entry("begun", { digest: "x" }), entry("ended")],
    "fails: begun.json is not the one that the ledger has",
  ],
  [
    "another moment",
    [entry("begun"), entry("ended", { at: "x" })],
    "fails: the ledger has its ended.json at x",
  ],
  [
    "a doubted line",
    [entry("begun", { doubt: "line 2 is broken" }), entry("ended")],
    "unknown: line 2 is broken",
  ],
  [
    "what is wrong before what is open",
    [entry("begun", { doubt: "d" }), entry("ended", { digest: "x" })],
    "fails: ended.json is not the one that the ledger has",
  ],
])("with %s it does not stand", (_, entries, told) => {
  expect(record(RUN, entries)).toBe(told);
});

test("an end that the ledger has and that is gone is missed", () => {
  const cut = { ...RUN, ended: undefined, digests: { ...RUN.digests, ended: undefined } };
  expect(record(cut)).toBe("fails: the ledger has its ended.json, and it is gone");
});

test("what was asked is held against its digest, and may be gone", () => {
  const words = (asked: AskedFiles, contractDigest: string | null = null) =>
    runRecordChecks({ ...RUN, begun: { ...RUN.begun, contractDigest } }, BOTH, asked)
      .slice(1)
      .map(({ result, silent }) => (silent ? "silent" : result));
  expect(words({ prompt: null, contract: null })).toEqual(["silent"]);
  expect(words({ prompt: "x", contract: null })).toEqual(["fails"]);
  expect(words({ ...ASKED, contract: "x" })).toEqual(["holds", "fails"]);
  expect(words({ ...ASKED, contract: "c" }, "c")).toEqual(["holds", "holds"]);
});
