import { digestOf } from "#base/digest.ts";
import { ObjectId, SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import type { ReceiptDraft, ReceiptReview } from "#runs/receipts/receipt.ts";
import type { Session } from "#runs/sessions/session.ts";

export const A_TREE = parseShape("a".repeat(40), ObjectId);
const B_TREE = parseShape("b".repeat(40), ObjectId);

/** Returns a checked session id. */
export function sessionId(text: string): SessionId {
  return parseShape(text, SessionId);
}

/** Returns a session as it is at its start, with the given fields in place of its own. */
export function sessionValue(own: Partial<Session> = {}): Session {
  return {
    schema: "countersign/session/2",
    session_id: sessionId("s1"),
    started: "2026-01-02T03:04:05.000Z",
    source: "startup",
    cwd: "/work/project",
    leased: true,
    pinned: {
      config: DEFAULT_CONFIG,
      digest: digestOf(DEFAULT_CONFIG),
      warnings: [],
      headless: false,
      mode: DEFAULT_CONFIG.gate,
    },
    seen: [],
    omitted: [],
    ledger: [],
    elsewhere: [],
    decided: [],
    tasksSeen: [],
    failuresBlocked: [],
    receipts: { count: 0, head: null },
    ...own,
  };
}

/** Returns a receipt of a signed change, before it has a place in a chain. */
export function receiptDraft(own: Partial<ReceiptDraft> = {}): ReceiptDraft {
  return {
    at: "2026-01-02T03:04:05.678Z",
    event: "Stop",
    outcome: { kind: "allowed", partial: false },
    promptId: "p1",
    repository: { root: "/work/project", head: A_TREE },
    configDigest: digestOf(DEFAULT_CONFIG),
    baseline: { tree: A_TREE, fingerprint: "fa" },
    snapshot: { tree: B_TREE, fingerprint: "fb" },
    scope: {
      shown: [{ path: "src/a.ts", old: A_TREE, new: B_TREE, part: false }],
      notCovered: [],
      redacted: [],
      leftOut: [],
      uncertain: [],
      notes: [],
    },
    review: reviewValue(),
    known: null,
    findings: [],
    ledger: [],
    failure: null,
    seconds: 12.3,
    version: "0.1.0",
    ...own,
  };
}

/** Returns the record of one review turn, its rollout sealed. */
export function reviewValue(own: Partial<ReceiptReview> = {}): ReceiptReview {
  return {
    round: 1,
    threadId: "thread-1",
    turnIds: ["turn-1"],
    responseIds: ["resp_1"],
    resumed: false,
    model: "gpt-5.5-codex",
    modelProvider: "openai",
    effort: "medium",
    cliVersion: "0.169.0",
    codexPath: "/usr/bin/codex",
    serverKind: "shared",
    notShared: null,
    sandbox: "deny-read profile",
    noShell: null,
    instructionSources: [],
    promptVersion: "1",
    promptDigest: "d1",
    patchDigest: "d2",
    nonce: "n1",
    rollout: { path: "sessions/rollout.jsonl", bytes: 10, sha256: "0".repeat(64) },
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    commands: [{ command: "git show", exitCode: 0 }],
    commandsLeftOut: 0,
    reading: { shown: 1, opened: [], others: [] },
    corrected: false,
    decision: "ALLOW",
    ...own,
  };
}
