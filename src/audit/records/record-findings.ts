import type { RecordCheck, RolloutEvidence } from "#audit/evidence/evidence.ts";
import type { RunFinding } from "./run-finding.ts";

/** Which record it is. */
type Subject = { readonly session: string; readonly receipt: string } | { readonly run: string };

type Judged = {
  readonly checks: readonly RecordCheck[];
  readonly rollouts: readonly RolloutEvidence[];
  /** Of the record, where it names one. */
  readonly thread: string;
};

/** Returns what is to be said of one record beside its standing. */
export function findingsOfRecord(
  subject: Subject,
  { checks, rollouts, thread }: Judged,
): readonly RunFinding[] {
  // Of a record that is refuted it does not matter what else could not be told.
  const gravest = checks.some(({ result }) => result === "fails") ? "fails" : "unknown";
  const isUnsealed = rollouts.length === 0 && checks.some(({ name }) => name === "rollout");
  return [
    ...("run" in subject ? checks.flatMap((check) => runFindings(subject.run, check)) : []),
    ...(isUnsealed ? [{ kind: "rollout-unsealed", ...subject, thread } as const] : []),
    ...rollouts.flatMap((rollout) => rolloutFindings(subject, rollout)),
    ...checks.filter(({ result }) => result === gravest).flatMap((check) => claimFindings(subject, check)),
  ];
}

/** What vouches for a receipt is told with its chain. */
function runFindings(run: string, { name, result, detail }: RecordCheck): readonly RunFinding[] {
  if (name !== "record" || result === "holds") return [];
  return [{ kind: result === "fails" ? "run-edited" : "run-unrecorded", run, detail }];
}

function rolloutFindings(
  subject: Subject,
  { threadId, seal, facts }: RolloutEvidence,
): readonly RunFinding[] {
  const thread = threadId;
  switch (seal.kind) {
    case "changed":
      return [{ kind: "rollout-changed", ...subject, thread }];
    case "missing":
      return [{ kind: "rollout-missing", ...subject, thread }];
    case "unchecked":
      return [{ kind: "rollout-unchecked", ...subject, detail: seal.detail }];
    case "intact":
    case "appended": {
      const [first] = facts?.unread ?? [];
      if (first === undefined) return [];
      const detail = `${first.why} (${first.lines}), from byte ${first.firstAt} on`;
      return [{ kind: "rollout-damaged", ...subject, thread, detail }];
    }
  }
}

/** What has a finding of its own is not said twice. */
function claimFindings(
  subject: Subject,
  { name, result, detail, silent }: RecordCheck,
): readonly RunFinding[] {
  if (name === "record" || name === "rollout" || silent) return [];
  const finding = { ...subject, check: name, detail };
  return [result === "fails" ? { kind: "claim-refuted", ...finding } : { kind: "claim-open", ...finding }];
}
