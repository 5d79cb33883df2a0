import type { RecordEvidence, RolloutEvidence } from "#audit/evidence/evidence.ts";
import type { RunClaims } from "#audit/evidence/run-claims.ts";
import type { RecordsAndEvidence } from "#audit/records/audit-records.ts";
import type { LedgerAudit } from "#audit/records/ledger.ts";
import { sha256 } from "#base/digest.ts";
import type { RolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { RolloutText, TurnFacts } from "#codex/rollout/turn-facts.ts";
import { reviewText } from "./rollout-text.ts";

const AT = Date.parse("2026-01-02T03:04:06.000Z");

/** Returns a text as a rollout has it. */
export function textValue(text: string): RolloutText {
  return { digest: sha256(text), words: text, whole: text };
}

/** Returns a turn that fits `claimsValue` and `reviewValue`. */
export function turnValue(own: Partial<TurnFacts> = {}): TurnFacts {
  return {
    id: "turn-1",
    startedAt: AT,
    completedAt: AT,
    firstAt: AT,
    lastAt: AT + 1_000,
    cwd: "/work/project",
    model: "gpt-5.5-codex",
    effort: "medium",
    sandboxPolicy: "read-only",
    sandbox: { kind: "read-only" },
    prompts: [textValue("Review this.")],
    answer: textValue(reviewText("n1", "ALLOW")),
    responseIds: ["resp_1"],
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    commands: [{ words: ["git", "show"], script: false, exitCode: 0, late: false }],
    leftOut: 0,
    toolCalls: 1,
    review: undefined,
    childTurnIds: [],
    end: { kind: "completed" },
    inherited: false,
    ...own,
  };
}

/** Returns what the rollout of one turn says. */
export function factsValue(
  turns: readonly TurnFacts[] = [turnValue()],
  own: Partial<RolloutFacts> = {},
): RolloutFacts {
  return {
    path: "/codex/sessions/2026/01/02/rollout-2026-01-02T03-04-05-thread-1.jsonl",
    read: { bytes: 10, sha256: "0".repeat(64), size: 10 },
    head: headValue(),
    otherHeads: [],
    turns,
    turnsLeftOut: 0,
    unread: [],
    ...own,
  };
}

export function headValue(own: Partial<NonNullable<RolloutFacts["head"]>> = {}) {
  return {
    threadId: "thread-1",
    cwd: "/work/project",
    originator: "countersign",
    source: "vscode",
    parentThreadId: undefined,
    forkedFrom: undefined,
    cliVersion: "0.169.0",
    modelProvider: "openai",
    startedAt: AT,
    ...own,
  };
}

/** Returns the evidence of an untouched rollout, or of what became of it. */
export function rolloutValue(own: Partial<RolloutEvidence> = {}): RolloutEvidence {
  return { threadId: "thread-1", seal: { kind: "intact" }, facts: factsValue(), doubts: [], ...own };
}

/** Returns a record's evidence; by default all that its rollout says fits. */
export function evidenceValue(own: Partial<RecordEvidence> = {}): RecordEvidence {
  return { checks: [], rollouts: [rolloutValue()], sameFolders: [], ...own };
}

/** Returns what the record of a run on a thread claims, which `turnValue` bears out. */
export function claimsValue(own: Partial<RunClaims> = {}): RunClaims {
  return {
    id: "20260102T030405000Z-0badcafe",
    source: "turn",
    threadId: "thread-1",
    resumed: false,
    turnIds: ["turn-1"],
    cwd: "/work/project",
    codexHome: "/codex",
    cliVersion: "0.169.0",
    model: "gpt-5.5-codex",
    modelProvider: "openai",
    effort: "medium",
    sandbox: "read-only",
    responseIds: ["resp_1"],
    tokens: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    commands: [{ command: "git show", exitCode: 0 }],
    commandsLeftOut: 0,
    prompt: { form: "text", digest: sha256("Review this.") },
    answer: { kind: "text", digest: sha256(reviewText("n1", "ALLOW")) },
    target: undefined,
    completed: true,
    began: AT - 1_000,
    ended: AT + 2_000,
    rollouts: [{ threadId: "thread-1", seal: sealValue() }],
    noRollout: undefined,
    ...own,
  };
}

export function sealValue() {
  return {
    path: "/codex/sessions/2026/01/02/rollout-2026-01-02T03-04-05-thread-1.jsonl",
    bytes: 10,
    sha256: "0".repeat(64),
  };
}

/** Returns an empty ledger, as it is where nothing was ever run. */
function ledgerValue(own: Partial<LedgerAudit> = {}): LedgerAudit {
  return { entries: new Map(), troubles: [], lines: 0, head: undefined, ...own };
}

/** Returns records to be judged: none unless given. */
export function recordsValue(own: Partial<RecordsAndEvidence> = {}): RecordsAndEvidence {
  return {
    chains: [],
    isJudged: () => true,
    runs: [],
    unreadableRuns: [],
    ledger: ledgerValue(),
    missing: { runs: [], receipts: [] },
    evidence: new Map(),
    claimants: new Map(),
    ...own,
  };
}
