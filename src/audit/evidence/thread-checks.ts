import type { RolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { fails, holds, type RecordCheck, type RolloutEvidence, same, silent, unknown } from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/** Says of each rollout that a record names whether its sealed bytes stand, or why there is none. */
export function rolloutChecks(
  { threadId, noRollout, rollouts: claimed }: RunClaims,
  rollouts: readonly RolloutEvidence[],
): readonly RecordCheck[] {
  if (claimed.length === 0) return [silent("rollout", noRollout ?? "the record names none")];
  const others = claimed.some((one) => one.threadId === threadId)
    ? []
    : [fails("thread", "the record names no rollout of its own thread")];
  return [
    ...others,
    ...claimed.flatMap((one, index) => {
      const found = rollouts[index] ?? unseen(one);
      return [sealCheck(found), ...found.doubts];
    }),
  ];
}

function unseen({ threadId }: RunClaims["rollouts"][number]): RolloutEvidence {
  return {
    threadId,
    seal: { kind: "unchecked", detail: "it was not looked at" },
    facts: undefined,
    doubts: [],
  };
}

function sealCheck({ threadId, seal }: RolloutEvidence): RecordCheck {
  switch (seal.kind) {
    case "intact":
      return holds("rollout", `${threadId}: exactly as it was sealed`);
    case "appended":
      return holds("rollout", `${threadId}: as it was sealed, and more was written after it`);
    case "changed":
      return fails("rollout", `${threadId}: the sealed bytes are not those that are there now`);
    case "missing":
      return unknown(
        "rollout",
        `${threadId}: Codex has no file of it, neither among its sessions nor archived`,
      );
    case "unchecked":
      return unknown("rollout", `${threadId}: ${seal.detail}`);
  }
}

/** Says whether the files are those of the claimed thread, and of threads that it started. */
export function threadCheck({ threadId }: RunClaims, { main, children, turns }: Witnesses): RecordCheck {
  if (main.head === undefined) return unknown("thread", "no line of the file names its thread");
  const found = main.head.threadId;
  if (found !== threadId) return same("thread", String(threadId), found);
  const begun = turns.flatMap(({ childTurnIds }) => childTurnIds);
  for (const child of children) {
    const strange = whyStrange(child, found, begun);
    if (strange !== undefined) return fails("thread", strange);
  }
  return holds("thread", found);
}

/** Both files tell which turn of the one began in the other. */
function whyStrange(
  { head, turns, path }: RolloutFacts,
  parent: string,
  begun: readonly string[],
): string | undefined {
  if (head?.parentThreadId !== parent) return `${path} is not of a thread that it started`;
  const other = turns.find(({ id }) => !begun.includes(id));
  return other === undefined ? undefined : `it did not begin turn ${other.id} of ${head.threadId}`;
}
