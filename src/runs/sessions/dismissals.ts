import type { ReviewFinding } from "#gate/verdict/finding.ts";
import type { Locations } from "#runs/locations.ts";
import type { Ask } from "./request.ts";
import { readRequests } from "./requests.ts";

/** One finding that a person dismissed, and when. It holds for its id, which names the quoted lines. */
export type Dismissal = {
  readonly why: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly finding: ReviewFinding;
  readonly line: number;
};

type Dismissing = Extract<Ask, { kind: "dismiss" | "undo-dismiss" }>;

/**
 * Returns what is dismissed in the repository with this common git directory, by the finding's id.
 * The requests and their answers are the journal: a dismissal that no answer granted has no part in
 * it, and what was asked last about a finding holds.
 */
export function dismissals(locations: Locations, commonDirectory: string): ReadonlyMap<string, Dismissal> {
  const granted = readRequests(locations).requests.flatMap(({ request, answers }) => {
    const { ask } = request;
    const done = answers.find(({ outcome }) => outcome === "done");
    return isDismissing(ask) && ask.repository === commonDirectory && done !== undefined
      ? [{ ask, at: done.at }]
      : [];
  });
  const standing = new Map<string, Dismissal>();
  for (const { ask, at } of granted) {
    standing.delete(ask.finding);
    if (ask.kind === "dismiss" && ask.about !== null) {
      standing.set(ask.finding, { why: ask.why, at, ...ask.about });
    }
  }
  return standing;
}

function isDismissing(ask: Ask): ask is Dismissing {
  return ask.kind === "dismiss" || ask.kind === "undo-dismiss";
}
