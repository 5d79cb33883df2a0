import { type ChainEnd, checkChain } from "#audit/records/chain.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import { RUN_FINDINGS } from "#audit/records/run-finding-texts.ts";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import { prunedChains } from "#runs/prune/pruned.ts";
import type { ReceiptList } from "#runs/receipts/receipts.ts";
import { laterVersion } from "#runs/schema-version.ts";
import { readSession } from "#runs/sessions/session-file.ts";

/** Kinds that leave open whether a chain is whole. One link that a later version wrote does not. */
const DOUBTS: readonly RunFinding["kind"][] = ["session-unreadable"];

/**
 * Returns what speaks against a session's chain of receipts: what contradicts it, or keeps it from being
 * checked. Nothing that was said of it leaves the machine then.
 */
export function chainDoubts(
  locations: Locations,
  session: string,
  { receipts, unreadable }: ReceiptList,
): readonly RunFinding[] {
  const chain = {
    session,
    receipts: receipts.filter(({ name }) => name.session === session),
    unreadable: unreadable.filter(({ name }) => name.session === session),
    end: chainEnd(locations, session),
    pruned: prunedChains(locations).findLast((one) => one.session === session),
  };
  return checkChain(chain).filter(
    ({ kind }) => RUN_FINDINGS[kind].weight === "finding" || DOUBTS.includes(kind),
  );
}

function chainEnd(locations: Locations, session: string): ChainEnd {
  const read = readSession(locations, parseShape(session, SessionId));
  switch (read.kind) {
    case "none":
      return { kind: "none" };
    case "session":
      return { kind: "recorded", receipts: read.session.receipts };
    case "corrupt":
      return { kind: "unreadable", path: read.path, detail: read.detail };
    case "newer":
      return { kind: "unreadable", path: read.path, detail: laterVersion(read.schema) };
  }
}
