import { expect, test } from "vitest";
import { checkLedger } from "#audit/records/ledger.ts";
import { sha256 } from "#base/digest.ts";
import { parseShape } from "#base/json.ts";
import { LedgerLine } from "#runs/records/ledger-line.ts";
import type { LedgerRead } from "#runs/records/ledger-lines.ts";

const RUN = "20260102T030405000Z-0badcafe";
const OTHER = "20260102T030406000Z-0badbeef";

/** Returns the lines of a ledger as they are read from its file. */
function ledger(parts: readonly { readonly run: string; readonly part: string }[]): LedgerRead[] {
  let previous: string | null = null;
  return parts.map(({ run, part }, index) => {
    const own = { schema: "countersign/ledger-line/2", n: index + 1, at: "2026-01-02T03:04:05.000Z" };
    const line = parseShape(
      { ...own, record: run, part, digest: sha256(`${run} ${part}`), previous },
      LedgerLine,
    );
    const digest = sha256(JSON.stringify(line));
    previous = digest;
    return { kind: "line", number: index + 1, digest, line };
  });
}

const LINES = ledger([
  { run: RUN, part: "begun" },
  { run: RUN, part: "ended" },
  { run: OTHER, part: "begun" },
  { run: OTHER, part: "ended" },
]);

/** Returns which lines are doubted, by their numbers, and what is said of the ledger. */
function found(lines: readonly LedgerRead[]) {
  const { entries, troubles } = checkLedger(lines);
  const doubted = [...entries.values()].flat().filter(({ doubt }) => doubt !== undefined);
  return {
    doubted: doubted.map(({ n }) => n).sort(),
    troubles: troubles.map(({ kind, line }) => `${kind} ${line}`),
  };
}

test("an untouched ledger vouches for every run, and an empty one for none", () => {
  const audit = checkLedger(LINES);
  expect(audit.troubles).toEqual([]);
  expect(audit.entries.get(RUN)?.map(({ part, doubt }) => [part, doubt])).toEqual([
    ["begun", undefined],
    ["ended", undefined],
  ]);
  expect([audit.lines, audit.head]).toEqual([4, LINES[3]?.digest]);
  expect(checkLedger([])).toEqual({ entries: new Map(), troubles: [], lines: 0, head: undefined });
});

test("a line that was edited is doubted with the one that names it", () => {
  const edited = LINES.map((read) => (read.number === 2 ? { ...read, digest: sha256("other") } : read));
  expect(found(edited)).toEqual({ doubted: [2, 3], troubles: ["ledger-broken 3"] });
});

test("a line that is missing, moved or stands twice is doubted with its neighbours only", () => {
  const numbered = (lines: readonly LedgerRead[]): LedgerRead[] =>
    lines.map((read, index) => ({ ...read, number: index + 1 }));
  const [one, two, three, four] = LINES;
  if (!one || !two || !three || !four) throw new Error("there are four lines");
  expect(found(numbered([one, three, four]))).toEqual({ doubted: [1, 3], troubles: ["ledger-broken 2"] });
  expect(found(numbered([two, three, four]))).toEqual({ doubted: [2], troubles: ["ledger-broken 1"] });
  expect(found(numbered([one, two, two, three, four])).troubles).toEqual(["ledger-broken 3"]);
  expect(found(numbered([one, three, two, four])).doubted).toEqual([1, 2, 3, 4]);
});

test("a number that does not go on is told, also where the digests fit", () => {
  const [one, two] = LINES;
  if (one?.kind !== "line" || two?.kind !== "line") throw new Error("there are two lines");
  const { troubles } = checkLedger([one, { ...two, line: { ...two.line, n: 7 } }]);
  expect(troubles).toMatchObject([
    { kind: "ledger-broken", line: 2, detail: "it says that it is line 7, after line 1" },
  ]);
});

test("a line that cannot be read breaks nothing where the next one names it, and a torn end is only told", () => {
  const [one] = LINES;
  if (one === undefined) throw new Error("there is a line");
  const damaged = {
    kind: "unreadable",
    number: 2,
    digest: sha256("{half"),
    detail: "it is damaged",
    torn: false,
  } as const;
  const next = parseShape(
    {
      schema: "countersign/ledger-line/2",
      n: 3,
      at: "2026-01-02T03:04:05.000Z",
      record: OTHER,
      part: "begun",
      digest: sha256("x"),
      previous: damaged.digest,
    },
    LedgerLine,
  );
  const after = { kind: "line", number: 3, digest: sha256("after"), line: next } as const;
  expect(found([one, damaged, after])).toEqual({ doubted: [], troubles: ["ledger-unreadable 2"] });
  const unfit = { ...after, line: { ...next, previous: null } };
  expect(found([one, damaged, unfit]).troubles).toEqual(["ledger-unreadable 2", "ledger-broken 3"]);
  expect(found([one, { ...damaged, torn: true }])).toEqual({ doubted: [], troubles: ["ledger-torn 2"] });
});

test("of a ledger that is broken everywhere not every line is told", () => {
  const [one] = LINES;
  if (one === undefined) throw new Error("there is a line");
  const many = Array.from({ length: 1_100 }, (_, index) => ({ ...one, number: index + 1 }));
  expect(checkLedger(many).troubles.length).toBe(1_000);
});
