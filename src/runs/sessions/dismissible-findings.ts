import type { SessionId } from "#base/ids.ts";
import type { CheckedFinding, ReviewFinding } from "#gate/verdict/finding.ts";
import type { Locations } from "#runs/locations.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { listSessions } from "./session-file.ts";
import { treesOf } from "./session-trees.ts";

/** A finding on record that held against the code when it was raised. */
export type DismissibleFinding = {
  readonly id: string;
  readonly finding: ReviewFinding;
  readonly line: number;
  /** The top of the work tree that it is about. */
  readonly root: string;
  /** The last review of a session left it open. */
  readonly open: boolean;
};

/** Receipts older than the latest so many are about code that has long changed. */
const RECENT_RECEIPTS = 300;

/**
 * Returns the findings that a person may dismiss: what the sessions' last reviews left open, then
 * those of recent receipts, the latest first, each id of a work tree once. Without a session: of all.
 */
export async function dismissibleFindings(
  locations: Locations,
  session: SessionId | undefined,
): Promise<readonly DismissibleFinding[]> {
  const open = listSessions(locations)
    .filter(({ id }) => session === undefined || id === session)
    .flatMap(({ read }) => (read.kind === "session" ? treesOf(read.session) : []))
    .flatMap(({ baseline, review }) => held(review?.findings ?? [], baseline.root, "now"));
  const { receipts } = await listReceipts(locations, { session, limit: RECENT_RECEIPTS });
  const earlier = receipts.flatMap(({ receipt }) =>
    receipt.repository === null ? [] : held(receipt.findings, receipt.repository.root, "earlier"),
  );
  const distinct = new Map<string, DismissibleFinding>();
  for (const one of [...open, ...earlier]) {
    const key = `${one.id} ${one.root}`;
    if (!distinct.has(key)) distinct.set(key, one);
  }
  return [...distinct.values()];
}

function held(
  findings: readonly CheckedFinding[],
  root: string,
  when: "now" | "earlier",
): readonly DismissibleFinding[] {
  return findings.flatMap((checked) => {
    if (checked.status === "unverified") return [];
    const { id, finding, line, status } = checked;
    return [{ id, finding, line, root, open: when === "now" && status === "counts" }];
  });
}
