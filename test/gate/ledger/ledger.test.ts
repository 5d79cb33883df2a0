import { describe, expect, test } from "vitest";
import { parseJson } from "#base/json.ts";
import {
  cappedLedger,
  historyOf,
  type Ledger,
  LedgerEntry,
  settledBy,
  signedLedger,
} from "#gate/ledger/ledger.ts";
import { ledgerAfter } from "#gate/ledger/ledger-after.ts";
import { ledgerBefore } from "#gate/ledger/ledger-before.ts";
import { type Standing, standingOf } from "#gate/ledger/ledger-standing.ts";
import { type CheckRules, checkFindings } from "#gate/verdict/check-findings.ts";
import { evidenceOf } from "#gate/verdict/evidence.ts";
import type { CheckedFinding, ReviewFinding } from "#gate/verdict/finding.ts";
import { verdictOf } from "#gate/verdict/verdict.ts";
import { countingFinding, fileChange, reviewFinding, SAMPLE_TEXT, shownScope } from "#test/review-values.ts";

const LINE = "  for (let i = 0; i <= prices.length; i++) {";
const FIXED_TEXT = SAMPLE_TEXT.replace("<=", "<");
const STILL_WRONG = SAMPLE_TEXT.replace("i <= prices.length", "i < prices.length + 1");
const NO_DISMISSALS = new Map();

/** One change under review, played from round to round as a stop does it. */
type Play = { readonly ledger: Ledger; readonly checked: readonly CheckedFinding[] };

type Step = {
  /** The file as it stands in this round. */
  readonly text?: string;
  readonly claim?: string;
  readonly raised?: readonly Partial<ReviewFinding>[];
  readonly dismissed?: Readonly<Record<string, string>>;
  /** The file was left out for its size. */
  readonly unseen?: boolean;
};

function play(steps: readonly Step[], from: Ledger = []): Play {
  let state: Play = { ledger: from, checked: [] };
  for (const [index, step] of steps.entries()) state = round(state.ledger, step, index + 1);
  return state;
}

function round(previous: Ledger, step: Step, number: number): Play {
  const {
    text = SAMPLE_TEXT,
    claim = "total.ts is right as it is.",
    raised = [],
    dismissed = {},
    unseen = false,
  } = step;
  const path = unseen ? "other.ts" : "src/total.ts";
  const scope = shownScope([fileChange({ path })]);
  const evidence = evidenceOf("/work/repo", [scope], new Map([[path, text]]));
  const notCovered = unseen
    ? [{ path: "src/total.ts", oldPath: null, why: "over-budget" as const }]
    : scope.coverage.notCovered;
  const dismissals = new Map(
    Object.entries(dismissed).map(([id, why]) => [id, { why, finding: reviewFinding() }]),
  );
  const standing = standingOf(previous, evidence, { notCovered });
  const ledger = ledgerBefore(previous, { standing, claim, dismissals });
  const rules: CheckRules = {
    blockSeverity: "high",
    settled: settledBy(ledger, dismissals),
    history: historyOf(ledger, dismissals),
  };
  const checked = checkFindings(raised.map(reviewFinding), evidence, rules);
  return { ledger: ledgerAfter(ledger, { checked, standing, round: number }), checked };
}

function states(steps: readonly Step[]): readonly string[] {
  return play(steps).ledger.map(({ state }) => state);
}

const ID = play([{ raised: [{}] }]).ledger[0]?.id ?? "";
const ANSWERED = {
  failure_path: "It does read prices[1]: the guard named in the answer is in another function",
};

describe("a finding from round to round", () => {
  test("is open when it holds, and remembered with what it said", () => {
    const { ledger } = play([{ raised: [{}] }]);
    expect(ledger).toEqual([
      {
        id: ID,
        formerly: [],
        state: "open",
        why: "raised in round 1",
        finding: reviewFinding(),
        line: 5,
        firstSeen: 1,
        lastSeen: 1,
      },
    ]);
    expect(parseJson(JSON.stringify(ledger[0]), LedgerEntry)).toEqual(ledger[0]);
  });

  test("is fixed when its lines are gone and it is left out", () => {
    expect(play([{ raised: [{}] }, { text: FIXED_TEXT }]).ledger).toMatchObject([
      { state: "fixed", why: "its lines are gone, and it was not raised again", firstSeen: 1, lastSeen: 1 },
    ]);
  });

  test("is open again when exactly its lines come back and it is raised", () => {
    const { ledger, checked } = play([
      { raised: [{}] },
      { text: FIXED_TEXT },
      { raised: [{ title: "Off by one" }] },
    ]);
    expect(verdictOf(checked).kind).toBe("block");
    expect(ledger).toMatchObject([
      {
        id: ID,
        state: "open",
        why: "its lines came back",
        firstSeen: 1,
        lastSeen: 3,
        finding: { title: "Off by one" },
      },
    ]);
  });

  test("is withdrawn when its lines stand and it is left out, and never blocks again while they do", () => {
    const steps = [{ raised: [{}] }, { claim: "It is guarded by the caller." }];
    expect(states(steps)).toEqual(["withdrawn"]);
    const again = play([...steps, { raised: [{ ...ANSWERED, severity: "critical" }] }]);
    expect(again.checked).toMatchObject([
      { status: "settled", by: "reviewer", why: "its lines stand, and the reviewer left it out" },
    ]);
    expect(again.ledger).toMatchObject([{ state: "withdrawn", lastSeen: 3 }]);
    const changed = play([...steps, { text: STILL_WRONG, raised: [{ quote: "i < prices.length + 1" }] }]);
    expect(changed.checked).toMatchObject([{ status: "counts" }]);
  });

  test.each([
    ["lowered to medium", { severity: "medium" }],
    ["made a question", { kind: "question" }],
  ] as const)("is withdrawn when it is %s", (why, lowered) => {
    const { ledger } = play([{ raised: [{}] }, { raised: [lowered] }]);
    expect(ledger).toMatchObject([{ state: "withdrawn", why }]);
    const { checked } = play([{ raised: [{}] }, { raised: [lowered] }, { raised: [ANSWERED] }]);
    expect(verdictOf(checked)).toEqual({ kind: "allow" });
  });

  test("stays open where its file was not shown again", () => {
    expect(play([{ raised: [{}] }, { unseen: true }]).ledger).toMatchObject([
      { state: "open", why: "its file was not shown again" },
    ]);
  });

  test("that never held is remembered for its round only", () => {
    const wrong = { quote: "nowhere to be found" };
    expect(play([{ raised: [wrong] }]).ledger).toMatchObject([
      { state: "unverified", why: "quote-not-found", line: null },
    ]);
    expect(states([{ raised: [wrong] }, {}])).toEqual([]);
    expect(states([{ raised: [wrong] }, { raised: [wrong] }])).toEqual(["unverified"]);
  });

  test("that is only a note is not remembered", () => {
    expect(states([{ raised: [{ severity: "low" }] }])).toEqual([]);
    expect(states([{ raised: [{}] }, { text: FIXED_TEXT }, { raised: [{ severity: "low" }] }])).toEqual([
      "fixed",
    ]);
  });
});

describe("a dispute", () => {
  test("begins where the lines stand although the agent went on, and speaks of the finding or its file", () => {
    const { ledger } = play([{ raised: [{}] }]);
    const stateFor = (standing: Standing, claim: string | undefined) =>
      ledgerBefore(ledger, { standing: new Map([[ID, standing]]), claim, dismissals: NO_DISMISSALS })[0]
        ?.state;
    expect(stateFor("stands", `${ID}: the caller checks it.`)).toBe("disputed");
    expect(stateFor("stands", "In total.ts the caller checks it.")).toBe("disputed");
    expect(stateFor("stands", "Done. The caller checks it.")).toBe("open");
    expect([stateFor("gone", ID), stateFor("unseen", ID)]).toEqual(["open", "open"]);
    expect([stateFor("stands", " \n"), stateFor("stands", undefined)]).toEqual(["open", "open"]);
  });

  test("ends with an answer: the finding is open again and counts", () => {
    const { ledger, checked } = play([{ raised: [{}] }, { raised: [ANSWERED] }]);
    expect(checked).toMatchObject([{ status: "counts", id: ID }]);
    expect(ledger).toMatchObject([{ state: "open", why: "raised again", lastSeen: 2 }]);
  });

  test.each([
    ["the same words", reviewFinding().failure_path],
    ["other white space and case", "TOTAL([1])  adds undefined\nand returns nan "],
    ["a part of the same words", "total([1]) adds undefined"],
    ["no words", ""],
  ])("is not answered by %s", (_what, failure_path) => {
    const { ledger, checked } = play([{ raised: [{}] }, { raised: [{ failure_path }] }]);
    expect(checked).toMatchObject([{ status: "unverified", id: ID, doubt: "dispute-not-answered" }]);
    expect(ledger).toMatchObject([{ state: "unverified", why: "dispute-not-answered", line: 5 }]);
  });

  test("that was not answered still waits for its answer in the next round", () => {
    const steps = [{ raised: [{}] }, { raised: [{}] }];
    expect(play([...steps, { raised: [{}] }]).checked).toMatchObject([{ doubt: "dispute-not-answered" }]);
    expect(play([...steps, { raised: [ANSWERED] }]).checked).toMatchObject([{ status: "counts" }]);
    expect(states([...steps, {}])).toEqual(["withdrawn"]);
    expect(states([...steps, { text: FIXED_TEXT }])).toEqual(["fixed"]);
  });

  test("needs a word of the agent: without one the same failure path counts again", () => {
    expect(play([{ raised: [{}] }, { claim: "", raised: [{}] }]).checked).toMatchObject([
      { status: "counts" },
    ]);
  });

  test("does not silence what would not block anyway", () => {
    expect(play([{ raised: [{}] }, { raised: [{ severity: "low" }] }]).checked).toMatchObject([
      { status: "note" },
    ]);
  });
});

describe("one defect", () => {
  const two = `${LINE}\n    sum += prices[i];`;
  const three = `  let sum = 0;\n${two}`;

  test.each([
    ["more lines", LINE, three],
    ["fewer lines", three, LINE],
    ["lines around it", two, `  let sum = 0;\n${LINE}`],
  ])("quoted with %s keeps its id", (_what, first, second) => {
    const [one] = play([{ raised: [{ quote: first }] }]).ledger;
    const { ledger } = play([
      { raised: [{ quote: first }] },
      { raised: [{ ...ANSWERED, quote: second, title: "Loop reads one element past the end" }] },
    ]);
    expect(ledger).toMatchObject([{ id: one?.id, state: "open", lastSeen: 2, finding: { quote: first } }]);
  });

  test("keeps it when all of the file has moved", () => {
    const moved = `// one\n// two\n// three\n${SAMPLE_TEXT}`;
    const at = { line_start: 8, line_end: 8 };
    const { ledger } = play([
      { raised: [{}] },
      { text: moved, raised: [{ ...ANSWERED, ...at, quote: two }] },
    ]);
    expect(ledger).toMatchObject([{ id: ID, state: "open", line: 8 }]);
  });

  test.each([
    ["called something else", { quote: two, title: "Adds strings as if they were numbers" }],
    ["about another side", { side: "old", quote: "i < prices.length; i++" }],
    ["about lines that only touch it", { quote: "    sum += prices[i];\n  }\n  return sum;" }],
  ] as const)("is another one where it is %s", (_what, other) => {
    const { ledger } = play([{ raised: [{}] }, { raised: [{}, { ...ANSWERED, ...other }] }]);
    expect(new Set(ledger.map(({ id }) => id)).size).toBe(2);
  });

  test("whose title holds no word is compared as a whole", () => {
    const same = play([
      { raised: [{ title: "?!" }] },
      { raised: [{ ...ANSWERED, title: "?! ", quote: two }] },
    ]);
    expect(same.ledger).toHaveLength(1);
    const other = play([
      { raised: [{ title: "?!" }] },
      { raised: [{ ...ANSWERED, title: "??", quote: two }] },
    ]);
    expect(other.ledger).toHaveLength(2);
  });

  test("that the agent changed without mending it gets a new id and stays one entry", () => {
    const quote = "  for (let i = 0; i < prices.length + 1; i++) {";
    const { ledger } = play([{ raised: [{}] }, { text: STILL_WRONG, raised: [{ quote }] }]);
    expect(ledger).toMatchObject([
      {
        formerly: [ID],
        state: "open",
        why: "raised again after its lines were changed",
        firstSeen: 1,
        lastSeen: 2,
      },
    ]);
    expect(ledger[0]?.id).not.toBe(ID);
  });

  test("is found again far away by a line that it shares", () => {
    const text = `${"// more\n".repeat(40)}${STILL_WRONG}`;
    const at = { line_start: 45, line_end: 46 };
    const raised = (quote: string) =>
      play([{ raised: [{ quote: two }] }, { text, raised: [{ ...at, quote }] }]).ledger.length;
    expect(raised("  for (let i = 0; i < prices.length + 1; i++) {\n    sum += prices[i];")).toBe(1);
    expect(raised("  for (let i = 0; i < prices.length + 1; i++) {")).toBe(2);
  });

  test.each([
    ["in other words", { title: "Adds strings as if they were numbers" }],
    ["below the bar", { severity: "low" }],
  ] as const)("that is fixed is not the one raised near it %s", (_what, other) => {
    const quote = "  for (let i = 0; i < prices.length + 1; i++) {";
    const [first] = play([{ raised: [{}] }, { text: STILL_WRONG, raised: [{ quote, ...other }] }]).ledger;
    expect(first).toMatchObject({ id: ID, state: "fixed" });
  });

  test("is replaced by one finding only, and a settled one by none", () => {
    const first = "  for (let i = 0; i < prices.length + 1; i++) {";
    const raised = [{ quote: first }, { quote: "    sum += prices[i];" }];
    expect(
      play([{ raised: [{}] }, { text: STILL_WRONG, raised }]).ledger.map(({ formerly }) => formerly),
    ).toEqual([[ID], []]);
    const withdrawn = play([{ raised: [{}] }, {}, { text: STILL_WRONG, raised: [{ quote: first }] }]).ledger;
    expect(withdrawn.map(({ state }) => state)).toEqual(["withdrawn", "open"]);
  });

  test("is not replaced from another file or side", () => {
    const elsewhere = { ...countingFinding({ file: "src/other.ts" }, "x1") };
    const removed = { ...countingFinding({ side: "old" }, "x2") };
    const { ledger } = play([{ raised: [{}] }]);
    const standing = new Map([[ID, "gone" as const]]);
    const after = ledgerAfter(ledger, { checked: [elsewhere, removed], standing, round: 2 });
    expect(after.map(({ state, formerly }) => [state, formerly])).toEqual([
      ["fixed", []],
      ["open", []],
      ["open", []],
    ]);
  });

  test("that was raised again under its own id is not replaced, wherever its lines are", () => {
    const { ledger } = play([{ raised: [{}] }]);
    const result = {
      checked: [countingFinding({}, ID), countingFinding({}, "x1")],
      standing: new Map([[ID, "gone" as const]]),
      round: 2,
    };
    expect(ledgerAfter(ledger, result).map(({ id }) => id)).toEqual([ID, "x1"]);
  });

  test("in the ledger holds all that an answer says about the same lines", () => {
    const { ledger } = play([
      {
        raised: [
          {},
          { title: "It counts in the wrong unit", severity: "critical", failure_path: "prices in cents" },
          { title: "It is slow", failure_path: "a million prices" },
          { title: "A note", severity: "low", failure_path: "harmless" },
        ],
      },
    ]);
    expect(ledger).toMatchObject([
      {
        finding: {
          title: "The loop reads one past the end; It counts in the wrong unit; It is slow",
          severity: "critical",
          failure_path: "total([1]) adds undefined and returns NaN\nprices in cents\na million prices",
          recommendation: "Compare with <",
        },
      },
    ]);
    const noteFirst = play([{ raised: [{ severity: "low", title: "A note" }, {}] }]).ledger;
    expect(noteFirst).toMatchObject([
      { state: "open", finding: { title: "The loop reads one past the end" } },
    ]);
  });
});

describe("a person's dismissal", () => {
  const dismissed = { [ID]: "the caller checks it" };

  test("settles what is open, with its reason, also when it is raised again", () => {
    const steps: readonly Step[] = [{ raised: [{}] }, { raised: [ANSWERED], dismissed }];
    const { checked, ledger } = play(steps);
    expect(checked).toMatchObject([{ status: "settled", by: "person", why: "the caller checks it" }]);
    expect(ledger).toMatchObject([{ state: "dismissed", why: "the caller checks it" }]);
    expect(states([{ raised: [{}] }, { dismissed }])).toEqual(["dismissed"]);
  });

  test("holds for a first sight elsewhere, and for a quote of more lines", () => {
    const quote = `${LINE}\n    sum += prices[i];`;
    for (const raised of [[{}], [{ quote }]]) {
      expect(play([{ raised, dismissed }])).toMatchObject({
        checked: [{ status: "settled", by: "person", id: ID }],
        ledger: [{ state: "dismissed", why: "the caller checks it" }],
      });
    }
  });

  test("is void once the lines are changed", () => {
    const raised = [{ quote: "i < prices.length + 1" }];
    expect(play([{ raised: [{}] }, { text: STILL_WRONG, raised, dismissed }]).checked).toMatchObject([
      { status: "counts" },
    ]);
  });

  test("that is taken back leaves the finding open", () => {
    const steps: readonly Step[] = [{ raised: [{}] }, { dismissed }];
    expect(play([...steps, { claim: "", raised: [{}] }]).checked).toMatchObject([{ status: "counts" }]);
    const undone = ledgerBefore(play(steps).ledger, {
      standing: new Map(),
      claim: "",
      dismissals: NO_DISMISSALS,
    });
    expect(undone).toMatchObject([{ state: "open", why: "its dismissal was taken back" }]);
  });
});

describe("a ledger", () => {
  test("whose rounds are used up holds nothing that blocks", () => {
    const capped = cappedLedger(play([{ raised: [{}] }]).ledger);
    expect(capped).toMatchObject([{ state: "capped" }]);
    expect(settledBy(capped, NO_DISMISSALS)).toEqual(new Map([[ID, "cap"]]));
    const { ledger, checked } = play([{ raised: [ANSWERED] }], capped);
    expect(checked).toMatchObject([{ status: "settled", by: "cap" }]);
    expect(ledger).toMatchObject([{ state: "capped", why: "open when the rounds of a prompt were used up" }]);
    expect(cappedLedger(play([{ raised: [{}] }, {}]).ledger)).toMatchObject([{ state: "withdrawn" }]);
  });

  test("hands on what is settled after a signature, and nothing else", () => {
    const { ledger } = play([
      { raised: [{}, { quote: "let sum = 0;", title: "Wrong start" }] },
      { text: FIXED_TEXT },
    ]);
    expect(ledger.map(({ state }) => state)).toEqual(["fixed", "withdrawn"]);
    expect(signedLedger(ledger).map(({ state }) => state)).toEqual(["withdrawn"]);
  });

  test("puts a person's word first, and takes a settlement that it does not know yet", () => {
    const { ledger } = play([{ raised: [{}] }, {}]);
    const dismissals = new Map([[ID, { why: "no", finding: reviewFinding() }]]);
    expect(settledBy(ledger, dismissals)).toEqual(new Map([[ID, "person"]]));
    const settled: CheckedFinding = { ...countingFinding({}, "x1"), status: "settled", by: "cap" };
    expect(ledgerAfter([], { checked: [settled], standing: new Map(), round: 1 })).toMatchObject([
      { id: "x1", state: "capped", why: "" },
    ]);
  });

  test("is bounded, and never loses what is open", () => {
    const checked = Array.from({ length: 400 }, (_none, index) => countingFinding({}, `id-${index}`));
    const open = ledgerAfter([], { checked, standing: new Map(), round: 1 });
    expect(open).toHaveLength(400);
    const mixed = ledgerAfter(open, { checked: checked.slice(200), standing: new Map(), round: 2 });
    expect(mixed.map(({ state }) => state)).toEqual([
      ...Array(100).fill("fixed"),
      ...Array(200).fill("open"),
    ]);
    expect(mixed[0]?.id).toBe("id-100");
  });

  test("follows a file that is renamed meanwhile", () => {
    const renamed = shownScope([
      fileChange({ path: "src/sum.ts", oldPath: "src/total.ts", kind: "renamed" }),
    ]);
    const evidence = evidenceOf("/work/repo", [renamed], new Map([["src/sum.ts", SAMPLE_TEXT]]));
    const { ledger } = play([{ raised: [{}] }]);
    expect(standingOf(ledger, evidence, { notCovered: [] })).toEqual(new Map([[ID, "stands"]]));
    const rules = {
      blockSeverity: "high",
      settled: new Map(),
      history: historyOf(ledger, NO_DISMISSALS),
    } as const;
    expect(checkFindings([reviewFinding({ file: "src/sum.ts" })], evidence, rules)).toMatchObject([
      { id: ID },
    ]);
  });

  test("knows a removed line that was put back to be gone", () => {
    const old = { side: "old", quote: "i < prices.length; i++" } as const;
    const { ledger } = play([{ raised: [old] }]);
    const stands = (patch: string) => {
      const evidence = evidenceOf("/work/repo", [shownScope([fileChange({ patch })])], new Map());
      return [...standingOf(ledger, evidence, { notCovered: [] }).values()];
    };
    const patch = fileChange().patch;
    expect(stands(patch)).toEqual(["stands"]);
    expect(stands(patch.replace(/^- (.*)\n\+ .*\n/m, "  $1\n"))).toEqual(["gone"]);
  });
});
