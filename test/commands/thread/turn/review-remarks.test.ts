import { expect, test } from "vitest";
import { remarkLines, runAnswerText } from "#commands/thread/run-answer-text.ts";
import { challengeRemarks, nativeRemarks, uncheckedRemarks } from "#commands/thread/turn/review-remarks.ts";

function finding(path: string, start: number, more: object = {}) {
  const code_location = { absolute_file_path: path, line_range: { start, end: start + 1 } };
  return { title: "[P2] Bad", body: "It is bad.", code_location, ...more };
}

const place = { root: "/work", linesOf: (path: string) => (path === "/work/f.txt" ? 10 : undefined) };

test("a finding of Codex's own review stands where its lines are there", () => {
  const findings = [
    finding("/work/f.txt", 9, { priority: 0 }),
    finding("/work/f.txt", 10),
    finding("/work/f.txt", 0, { priority: 7, title: "No priority" }),
    finding("/work/none.txt", 1, { priority: 3 }),
    finding("/elsewhere/f.txt", 1, { priority: 1 }),
  ];
  expect(
    nativeRemarks({ findings }, place).map(({ file, severity, check }) => [file, severity, check]),
  ).toEqual([
    ["f.txt", "critical", "stands"],
    ["f.txt", "medium", "does-not-stand"],
    ["f.txt", null, "does-not-stand"],
    ["none.txt", "low", "does-not-stand"],
    ["/elsewhere/f.txt", "high", "does-not-stand"],
  ]);
  const unknown = nativeRemarks({ findings }, { root: "/work", linesOf: undefined });
  expect(new Set(unknown.map(({ check }) => check))).toEqual(new Set(["unchecked"]));
});

const CHALLENGE = {
  title: "One writer is assumed",
  aspect: "assumption",
  severity: "high",
  kind: "fact",
  file: "store.ts",
  line_start: 2,
  line_end: 3,
  quote: "save();",
  failure_path: "Two at once.",
  recommendation: "Lock.",
} as const;

test("a challenge is shown with what became of it when it was held against the files", () => {
  const checked = { ...CHALLENGE, side: "new" as const };
  const [stands, fabricated] = challengeRemarks([
    { finding: checked, check: { kind: "stands", line: 2 } },
    { finding: checked, check: { kind: "does-not-stand", doubt: "quote-not-found" } },
  ]);
  const [unchecked] = uncheckedRemarks([CHALLENGE]);
  if (stands === undefined || fabricated === undefined || unchecked === undefined)
    throw new Error("one is lost");
  expect(remarkLines(stands)[1]).toBe("[high, stands] One writer is assumed (store.ts:2-3)");
  expect(remarkLines(fabricated)[1]).toContain("DOES NOT STAND");
  expect(fabricated.detail).toBe("its quote does not stand at these lines");
  expect(unchecked.check).toBe("unchecked");

  const answer = JSON.stringify({ stance: "doubtful", summary: "A counter.", findings: [] });
  const text = runAnswerText("adversarial-review", { answer, remarks: [stands, fabricated] });
  expect(text).toMatch(/^The approach is doubtful\. A counter\.\n\n\[high, stands\]/);
  expect(text).toContain("    Instead: Lock.\n    Quoted: save();\n    Checked: its quote stands at line 2.");
});

test("what any other run said is printed word for word", () => {
  expect(runAnswerText("turn", { answer: "Done.\u0007", remarks: null })).toBe("Done.\u0007");
  expect(runAnswerText("review", { answer: "All well.", remarks: [] })).toBe("All well.");
  expect(runAnswerText("adversarial-review", { answer: "prose", remarks: null })).toBe("prose");
  expect(runAnswerText("adversarial-review", { answer: "prose", remarks: [] })).toBe("");
  expect(runAnswerText("turn", { answer: null, remarks: null })).toBeUndefined();
});
