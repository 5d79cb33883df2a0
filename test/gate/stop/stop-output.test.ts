import { describe, expect, test } from "vitest";
import type { Outcome } from "#gate/stop/outcome.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import type { MessageLevel, StopReport } from "#gate/stop/stop-report.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { countingFinding, emptyCoverage, noReport, reviewReport, shownScope } from "#test/review-values.ts";

const BLOCKED: Outcome = { kind: "blocked", round: 1, of: 3 };
const ALLOWED: Outcome = { kind: "allowed", partial: false };
const FAILED: Outcome = { kind: "failed", class: "server-died", detail: "socket closed", blocked: false };
const DIED = { kind: "server-died", detail: "socket closed" } as const;
const WAY_OUT = /countersign (?:skip|off|dismiss|remove|config)|\bdismiss|"send"|deadlineSeconds|exclude/;

/** The host's view of an output: every field may be there. */
type Printed = { readonly decision?: "block"; readonly reason?: string; readonly systemMessage?: string };

function output(
  outcome: Outcome,
  report: StopReport = noReport(),
  messages: MessageLevel = "normal",
): Printed {
  return stopOutput(outcome, report, { messages });
}

function message(outcome: Outcome, report?: StopReport, messages?: MessageLevel): string | undefined {
  const { systemMessage, ...rest } = output(outcome, report, messages);
  expect(rest).toEqual({});
  return systemMessage;
}

describe("a block", () => {
  const report = reviewReport([
    countingFinding({ title: "Reads past the end" }, "id-1"),
    { ...countingFinding({ title: "Only a note" }, "id-2"), status: "note" },
    countingFinding({ title: "Drops the table", severity: "critical", side: "old", line_start: 40 }, "id-3"),
  ]);

  test("tells the agent every finding that counts, the worst first, and how to go on", () => {
    expect(output(BLOCKED, report)).toMatchInlineSnapshot(`
      {
        "decision": "block",
        "reason": "Countersign: this work is not signed. A second model reviewed exactly this change and reports 2 findings to deal with (round 1 of 3).

      1. [critical] src/total.ts:40 (removed) Drops the table (id-3)
         Lines: for (let i = 0; i <= prices.length; i++) {
         Why it fails: total([1]) adds undefined and returns NaN
         What to do: Compare with <

      2. [high] src/total.ts:5 Reads past the end (id-1)
         Lines: for (let i = 0; i <= prices.length; i++) {
         Why it fails: total([1]) adds undefined and returns NaN
         What to do: Compare with <

      Mend the cause of every finding with the smallest change that does it. Where one is wrong, leave that code as it is and say in your answer why, naming the finding by its id and the lines that show it: the reviewer reads your answer with what you change next, and must answer your reason or withdraw the finding; where you change nothing, the user decides. Then end your turn.
      Coverage: 1 file shown.
      Receipt: r-1",
        "systemMessage": "Countersign: held back, 2 findings by gpt-test (round 1 of 3).
      To dismiss a finding that is wrong: \`!countersign dismiss id-1 --why "..."\` (or id-3).
      To let the next stop through: \`!countersign skip\`. To switch the gate off for this session: \`!countersign off\`.
      \`countersign why r-1\` explains it.",
      }
    `);
  });

  test("names them as this machine can call them", () => {
    const { reason, systemMessage } = output(BLOCKED, { ...report, command: "'/a b/countersign'" });
    expect(reason).not.toContain("/a b/");
    expect(systemMessage).toContain("`!'/a b/countersign' skip`");
    expect(systemMessage).toContain("`!'/a b/countersign' off`");
    expect(systemMessage).toContain("`'/a b/countersign' why r-1`");
  });

  test("names at most six findings that may be dismissed, each once", () => {
    const many = reviewReport([1, 1, 2, 3, 4, 5, 6, 7].map((id) => countingFinding({}, `id-${id}`)));
    expect(output(BLOCKED, many).systemMessage).toContain(
      '`!countersign dismiss id-1 --why "..."` (or id-2, id-3, id-4, id-5, id-6, ...).\n',
    );
  });

  test("names ways out to the user alone", () => {
    const { decision, reason, systemMessage } = output(BLOCKED, report, "quiet");
    expect(decision).toBe("block");
    expect(reason).not.toMatch(WAY_OUT);
    expect(systemMessage).toContain("`!countersign skip`");
    expect(systemMessage).toContain("`!countersign off`");
    expect(systemMessage).toContain("r-1");
    expect(systemMessage).not.toContain("Reads past the end");
  });

  test("keeps all thirty findings whole, with the coverage and the receipt at the end", () => {
    const findings = Array.from({ length: 30 }, (_none, index) =>
      countingFinding({ title: `Defect ${index}`, failure_path: "why ".repeat(100) }),
    );
    const reason = output(BLOCKED, reviewReport(findings)).reason ?? "";
    for (const index of findings.keys()) expect(reason).toContain(`Defect ${index} (`);
    expect(reason.split("why ".repeat(100).trim())).toHaveLength(31);
    expect(reason).toMatch(/Coverage: 1 file shown\.\nReceipt: r-1$/);
  });

  test("is bounded, and says what it left out", () => {
    const long = "x".repeat(100_000);
    const findings = Array.from({ length: 200 }, (_none, index) =>
      countingFinding({ title: long, quote: long, failure_path: long, recommendation: long }, `id-${index}`),
    );
    const { reason = "" } = output(BLOCKED, reviewReport(findings));
    expect(reason.length).toBeLessThanOrEqual(60_000);
    expect(reason).toContain("\n\n196 more in the receipt\n\n");
    expect(reason).toContain("reports 200 findings");
  });

  test("cannot move a terminal's cursor or fake a line of its own", () => {
    const nasty = "\u001b[2J\u202ea\nb";
    const { reason = "" } = output(
      BLOCKED,
      reviewReport([countingFinding({ title: nasty, file: nasty, failure_path: nasty })]),
    );
    for (const unsafe of ["\u001b", "\u202e"]) expect(reason).not.toContain(unsafe);
    expect(reason).toContain("[high] a b:5 a b (abc123def456)\n");
    expect(reason).toContain("   Why it fails: a\n   b\n");
  });

  test("does without a receipt where none could be written", () => {
    const { reason, systemMessage } = output(BLOCKED, { ...report, receipt: undefined });
    expect(reason).not.toContain("eceipt");
    expect(systemMessage).not.toContain("eceipt");
  });

  test.each<[string, StopReport]>([
    ["no review", noReport()],
    ["a review that allows", reviewReport([])],
    ["a failure", { ...noReport(), failure: DIED }],
  ])("is let through with %s, whatever the outcome says", (_what, empty) => {
    expect(message(BLOCKED, empty)).toContain("not held back");
  });
});

describe("a failure", () => {
  const report = { ...noReport(), failure: DIED };

  test.each(["quiet", "normal", "verbose"] as const)("is let through and shown (%s)", (messages) => {
    const text = message(FAILED, report, messages);
    expect(text).toContain("not reviewed [server-died]");
    expect(text).toContain("socket closed");
    expect(text).toContain("let through unsigned");
    expect(text).toContain("r-1");
  });

  test("is shown by its record where the failure itself is not at hand", () => {
    expect(message(FAILED)).toContain("server-died: socket closed");
  });

  test("holds back where the outcome says so and the failure is known", () => {
    const { decision, reason, systemMessage } = output({ ...FAILED, blocked: true }, report);
    expect(decision).toBe("block");
    expect(reason).toContain("socket closed");
    expect(reason).not.toMatch(WAY_OUT);
    expect(systemMessage).toContain("`!countersign skip`");
    expect(message({ ...FAILED, blocked: true })).toContain("not reviewed");
  });

  test("gives the agent no advice on how to weaken the gate", () => {
    const kinds = [
      { kind: "context-too-large", detail: "d" },
      { kind: "deadline", seconds: 1, waitingFor: "it" },
      { kind: "model-not-found", detail: "d" },
    ] as const;
    for (const failure of kinds) {
      expect(output({ ...FAILED, blocked: true }, { ...noReport(), failure }).reason).not.toMatch(WAY_OUT);
    }
  });
});

describe("a signature", () => {
  const noted: CheckedFinding = { ...countingFinding(), status: "note" };

  test("is one line", () => {
    expect(message(ALLOWED, reviewReport([]))).toBe(
      "Countersign: signed by gpt-test · 1 file · 12 s · 3.2k tokens",
    );
  });

  test("counts what was noted, and apart from it what failed its check", () => {
    const findings: CheckedFinding[] = [
      noted,
      { status: "unverified", id: "u", finding: noted.finding, doubt: "quote-empty" },
    ];
    const report = reviewReport(findings);
    const small = { ...report, review: report.review && { ...report.review, tokens: 999 } };
    expect(message(ALLOWED, small)).toBe(
      "Countersign: signed by gpt-test · 1 file · 1 finding noted · 1 finding did not hold against the code · 12 s · 999 tokens",
    );
  });

  test("says that a person dismissed something", () => {
    const settled: CheckedFinding = { ...countingFinding(), status: "settled", by: "person", why: "no" };
    expect(message(ALLOWED, reviewReport([settled, noted]))).toBe(
      "Countersign: signed by gpt-test · 1 file · 1 finding noted · 1 finding dismissed by a person · 12 s · 3.2k tokens",
    );
    const report = reviewReport([{ ...settled, by: "reviewer" }]);
    expect(message(ALLOWED, report)).toContain("· 1 finding noted ·");
  });

  test("says what it does not cover", () => {
    const gap = { path: "x", oldPath: null, why: "binary" } as const;
    const coverage = { ...shownScope().coverage, notCovered: [gap] };
    const partly = reviewReport([], coverage);
    expect(message({ kind: "allowed", partial: true }, partly)).toBe(
      "Countersign: signed by gpt-test · partly: 1 file shown, 1 not covered (1 binary) · 12 s · 3.2k tokens · `countersign why r-1` names them",
    );
    expect(message(ALLOWED, { ...partly, receipt: undefined })).toMatch(/tokens$/);
    const rules = { ...shownScope().coverage, rules: ["excludes" as const] };
    expect(message(ALLOWED, reviewReport([], rules))).toContain(
      " · 1 file shown, git's excludes rules changed",
    );
  });

  test("names its receipt when verbose, and is silent when quiet", () => {
    expect(message(ALLOWED, reviewReport([]), "verbose")).toContain("countersign why r-1");
    expect(message(ALLOWED, { ...reviewReport([]), receipt: undefined }, "verbose")).toMatch(/tokens$/);
    expect(message(ALLOWED, reviewReport([]), "quiet")).toBeUndefined();
    expect(message(ALLOWED)).toBeUndefined();
  });

  test.each(["quiet", "normal"] as const)("says once what is sent where, also when %s", (messages) => {
    const report = { ...reviewReport([]), firstReview: { provider: "openai" } };
    expect(message(ALLOWED, report, messages)).toContain("First review in /work/repo: the change");
    expect(message(ALLOWED, { ...report, root: undefined }, messages)).toContain("goes to openai");
  });
});

describe("a skip", () => {
  test.each(["quiet", "normal"] as const)("for nothing new is silent when %s", (messages) => {
    expect(message({ kind: "skipped", why: "unchanged" }, noReport(), messages)).toBeUndefined();
    expect(message({ kind: "joined" }, noReport(), messages)).toBeUndefined();
  });

  test.each(["unchanged", "no-baseline", "no-vcs", "not-sent", "person-skipped", "nothing-to-show"] as const)(
    "for %s is one line when verbose",
    (why) => {
      expect(message({ kind: "skipped", why }, noReport(), "verbose")).toMatch(
        /^Countersign: .+\.(?: \(.+\))?$/,
      );
    },
  );

  test("without a baseline names the folder that was looked at, where there is one", () => {
    const skipped: Outcome = { kind: "skipped", why: "no-baseline" };
    expect(message(skipped)).toContain("(/work/repo)");
    expect(message(skipped, { ...noReport(), root: undefined })).not.toContain("(");
  });

  test("for another hook that decides is told when verbose", () => {
    expect(message({ kind: "joined" }, noReport(), "verbose")).toContain("another hook");
  });

  test("for background tasks says what it waits for", () => {
    expect(message({ kind: "deferred", why: "background-tasks" })).toContain("background tasks are running");
  });
});

describe("a pause", () => {
  const until = Date.UTC(2026, 10, 21, 14, 6);
  const breaker = {
    kind: "breaker",
    failure: "server-died",
    receipt: "r-0",
    since: 0,
    until,
    row: 2,
    times: 1,
  } as const;
  const budget = { kind: "budget", limit: "reviewsPerHour", used: 4, allowed: 4, until } as const;

  test("says why nobody was asked, until when, and how to have it tried", () => {
    expect(message({ kind: "skipped", why: "paused" }, { ...noReport(), pause: breaker }, "quiet")).toBe(
      `Countersign: not reviewed, let through unsigned.
The Codex app-server ended during the review; 2 reviews in a row failed. Nobody is asked until 2026-11-21 14:06 UTC. Stops until then are let through in silence; what they leave stays due. \`!countersign on\` has it tried at the next stop.
\`countersign why r-1\` explains it.`,
    );
  });

  test("by the budget is for nobody to end", () => {
    expect(message({ kind: "skipped", why: "budget" }, { ...noReport(), pause: budget })).toBe(
      `Countersign: not reviewed, let through unsigned.
The budget is used up: 4 reviews within an hour, of 4 allowed. Nobody is asked until 2026-11-21 14:06 UTC. Stops until then are let through in silence; what they leave stays due.
\`countersign why r-1\` explains it.`,
    );
  });

  test("that begins with a failure is told with it, also where that holds the stop back", () => {
    const report = { ...noReport(), failure: DIED };
    expect(message(FAILED, report)).not.toContain("Nobody is asked");
    const told = message(FAILED, { ...report, pause: breaker });
    expect(told).toContain("\n2 reviews in a row failed. Nobody is asked until 2026-11-21 14:06 UTC.");
    expect(told?.split("The Codex app-server ended during the review")).toHaveLength(2);
    const first = message(FAILED, { ...report, pause: { ...breaker, row: 1 } });
    expect(first).toContain("\nNobody is asked until 2026-11-21 14:06 UTC.");
    expect(message(FAILED, { ...report, pause: budget })).toContain("\nThe budget is used up");
    const held = output({ ...FAILED, blocked: true }, { ...report, pause: breaker });
    expect(held.systemMessage).toContain("Nobody is asked until 2026-11-21 14:06 UTC.");
    expect(held.reason).not.toContain("Nobody is asked");
  });
});

describe("findings that hold nobody back", () => {
  const report = reviewReport([
    countingFinding({ title: "Reads past the end" }, "id-1"),
    { ...countingFinding({ title: "Only a note" }, "id-2"), status: "note" },
  ]);

  test.each<[string, Outcome]>([
    ["only advises", { kind: "advised" }],
    ["rounds of this prompt are used up", { kind: "capped", why: "rounds" }],
    ["time for this prompt's rounds is used up", { kind: "capped", why: "minutes" }],
    ["nothing changed since the last review", { kind: "unresolved" }],
  ])("are shown to the user: %s", (words, outcome) => {
    const text = message(outcome, report, "quiet");
    expect(text).toContain(words);
    expect(text).toContain("- [high] src/total.ts:5 Reads past the end (id-1)");
    expect(text).toContain(
      '\nTo dismiss a finding that is wrong: `!countersign dismiss id-1 --why "..."`.\n',
    );
    expect(text).not.toContain("Only a note");
    expect(message(outcome)).toContain("r-1");
  });

  test("are shown without the ways to deal with them where the stop before told those", () => {
    expect(message({ kind: "unresolved" }, { ...report, again: true })).toBe(
      "Countersign: nothing changed since the last review, whose findings are still open. Let through, unsigned.\n- [high] src/total.ts:5 Reads past the end (id-1)",
    );
  });

  test("are listed up to twenty", () => {
    const many = reviewReport(
      Array.from({ length: 21 }, () => countingFinding()),
      emptyCoverage(),
    );
    expect(message({ kind: "advised" }, many)).toContain("\nand 1 more\n");
  });
});
