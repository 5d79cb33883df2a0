import * as z from "zod/mini";
import { parseShape } from "#base/json.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import type { LedgerEntry } from "#gate/ledger/ledger.ts";
import { CheckedFinding } from "#gate/verdict/finding.ts";
import type { Older, Versioned } from "#runs/schema-version.ts";
import { Session } from "./session.ts";

/** The session's file in all its forms. */
export const SESSION: Versioned<typeof Session> = {
  name: "session",
  shape: Session,
  steps: [fromFirst],
};

const Loose = z.record(z.string(), z.unknown());

/** What the second form tells otherwise than the first. */
const First = z.looseObject({
  started: z.string(),
  pinned: z.looseObject({ config: Loose }),
  baseline: z.optional(z.looseObject({ takenAt: z.string() })),
  review: z.optional(z.looseObject({ findings: z.array(CheckedFinding), round: z.int() })),
  settled: z.optional(z.array(z.looseObject({ id: z.string(), why: z.string() }))),
});
type First = z.output<typeof First>;

/**
 * The first form knew one work tree and no ledger: what was settled stood by itself, and what it was
 * about among the last review's findings. Some files of that name hold a part of the second form.
 */
function fromFirst(older: Older): Older {
  const first = parseShape(older, First);
  const { settled, review, pinned, ...rest } = first;
  return {
    seen: [],
    omitted: [],
    ledger: ledgerOf(first),
    elsewhere: [],
    ...rest,
    pinned: { ...pinned, config: { ...DEFAULT_CONFIG, ...pinned.config } },
    ...(review === undefined ? {} : { review: { at: first.baseline?.takenAt ?? first.started, ...review } }),
  };
}

function ledgerOf({ settled = [], review }: First): readonly LedgerEntry[] {
  return settled.flatMap(({ id, why }): readonly LedgerEntry[] => {
    const found = review?.findings.find((one) => one.id === id);
    if (found === undefined || review === undefined) return [];
    const { finding } = found;
    const seen = { firstSeen: 1, lastSeen: review.round };
    const line = found.status === "unverified" ? null : found.line;
    return [{ id, formerly: [], state: "capped", why, finding, line, ...seen }];
  });
}
