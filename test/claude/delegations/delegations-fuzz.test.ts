import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeClaims } from "#audit/claims/judge-claims.ts";
import { codexCalls } from "#claude/delegations/codex-calls.ts";
import { proseClaims } from "#claude/delegations/prose-claims.ts";
import { readDelegations } from "#claude/delegations/read-delegations.ts";
import { writtenByShell } from "#claude/delegations/result-file.ts";
import { seenEvidence } from "#test/claim-values.ts";
import { anyJson, anyText, beginnings, damaged, expectLinear, fuzz, mutated, nested } from "#test/fuzz.ts";
import { fc } from "#test/seeded-check.ts";
import {
  called,
  callId,
  type Line,
  noticed,
  prompted,
  resulted,
  said,
  told,
  transcriptStage,
} from "#test/transcript-lines.ts";

const SIGNAL = AbortSignal.timeout(600_000);
const SCRIPT =
  "cd /x && CODEX_HOME=~/.c timeout 5 bash -lc \"codex exec 'a $(b) c'\" <<'EOF' | tee codex-review.md\nx\nEOF\nfor i in 1 2; do npx -y @openai/codex exec - < p; done";
const LINES: readonly Line[] = [
  prompted(0, "<command-name>/codex:review</command-name><command-args>x</command-args>", { uuid: "u0" }),
  called(1, "Bash", { command: SCRIPT }, { uuid: "u1" }),
  resulted(2, callId(1, "Bash"), { backgroundTaskId: "b1", stdout: "", stderr: "" }),
  called(3, "Agent", { subagent_type: "codex-rescue", description: "Ask codex", prompt: "p" }),
  resulted(4, callId(3, "Agent"), { agentId: "abc", totalToolUseCount: 0 }),
  called(5, "Write", { file_path: "/w/codex-review.md", content: "# Codex review\n" }),
  told(6, callId(5, "Write"), "Exit code 1\nsession id: 01a20121-1b72-7b22-8b03-acc44ae7451f", true),
  called(7, "mcp__codex__codex", { prompt: "look", threadId: "x" }),
  noticed(8, "b1", callId(1, "Bash")),
  prompted(9, "<bash-input>codex exec hi</bash-input>", { uuid: "p1" }),
  prompted(10, "<bash-stdout>x</bash-stdout>", { uuid: "p2", parentUuid: "p1" }),
  said(11, "Codex reviewed it.", { isSidechain: true, uuid: "s1", parentUuid: null }),
  said(12, "Codex reviewed it.", { uuid: "u9" }),
];

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** What is read is judged, whatever it is, and none of it throws. */
async function readAndJudge(text: string | Buffer): Promise<number> {
  const stage = transcriptStage();
  writeFileSync(stage.path, text);
  const folder = join(stage.path.replace(/\.jsonl$/, ""), "subagents");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "agent-abc.jsonl"), text);
  writeFileSync(join(folder, "agent-abc.meta.json"), Buffer.from(text).subarray(0, 200));
  const delegations = await readDelegations(stage.path, SIGNAL);
  for (const { place } of delegations.claims) expect(Number.isNaN(place.at ?? 0)).toBe(false);
  return judgeClaims(delegations, seenEvidence([])).claims.length;
}

test("the whole transcript has claims of every kind", async () => {
  expect(await readAndJudge(textOf(LINES))).toBeGreaterThan(7);
});

test("a transcript that is damaged anywhere is read as far as it goes", async () => {
  const text = textOf(LINES);
  const read = async (bytes: Buffer): Promise<void> => void (await readAndJudge(bytes));
  await fuzz(fc.constantFrom(...beginnings(text)), read, 0.25);
  await fuzz(damaged(text), read, 0.5);
});

test("a transcript whose lines say something else is read as far as it goes", async () => {
  const odd = fc.oneof(fc.constantFrom(...LINES).chain(mutated), anyJson(), fc.constantFrom(...LINES));
  await fuzz(
    fc.array(odd, { maxLength: 14 }).map(textOf),
    async (text) => void (await readAndJudge(text)),
    0.5,
  );
  await readAndJudge(`${nested()}\n{"type":"user","message":${nested()}}\n${textOf(LINES)}`);
});

test("any text is a script, and any text is prose", async () => {
  const pieces = [
    "codex",
    " exec ",
    "'",
    '"',
    "`",
    "$(",
    ")",
    "\\",
    "<<E\n",
    "E\n",
    "|",
    ">",
    "\n",
    "bash -c ",
    "{",
    "$X",
    "${",
    "}",
  ];
  const scripts = fc
    .array(fc.oneof(fc.constantFrom(...pieces), anyText()), { maxLength: 30 })
    .map((all) => all.join(""));
  await fuzz(scripts, (text) => {
    for (const { verb } of codexCalls(text, "/w")) expect(typeof verb).toBe("string");
    writtenByShell(`${text}>x`, "/w");
    expect(proseClaims(`codex ${text}`).length).toBeLessThanOrEqual(5);
  });
});

test("a long script costs what it is long", async () => {
  for (const piece of [
    "codex exec a; ",
    "$(codex exec ",
    "'",
    "echo $(",
    "<<E\n",
    "`codex exec a` ",
    "a=$a ",
  ])
    await expectLinear((size) => void codexCalls(piece.repeat(size), "/w"), 4_000);
});
