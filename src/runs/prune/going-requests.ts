import type { Ask, Request } from "#runs/sessions/request.ts";
import type { AnsweredRequest } from "#runs/sessions/requests.ts";

/** What decides about a request besides what it says. */
export type RequestAge = {
  /** Whether a moment (ISO 8601, UTC) lies further back than records are kept. */
  readonly isOld: (at: string) => boolean;
  /** Whether the repository with that common git directory is still there. */
  readonly isThere: (repository: string) => boolean;
};

/**
 * Returns the requests that go with their answers, the oldest first: those that were answered long ago. One
 * without an answer stays, and so does a dismissal that still holds in a repository that is there.
 * What took a dismissal back never goes before it: else it would hold again.
 */
export function goingRequests(
  requests: readonly AnsweredRequest[],
  { isOld, isThere }: RequestAge,
): readonly AnsweredRequest[] {
  const standing = standingDismissals(requests);
  return requests.filter(({ request, answers }) => {
    if (answers.length === 0) return false;
    if (![request.at, ...answers.map(({ at }) => at)].every(isOld)) return false;
    const { ask } = request;
    return !(ask.kind === "dismiss" && standing.has(request.id) && isThere(ask.repository ?? ""));
  });
}

/** The ids of the dismissals that nothing later took back or renewed. */
function standingDismissals(requests: readonly AnsweredRequest[]): ReadonlySet<Request["id"]> {
  const last = new Map<string, { readonly id: string; readonly kind: Ask["kind"] }>();
  for (const { request, answers } of requests) {
    const { ask, id } = request;
    if (ask.kind !== "dismiss" && ask.kind !== "undo-dismiss") continue;
    if (!answers.some(({ outcome }) => outcome === "done")) continue;
    last.set(`${ask.repository} ${ask.finding}`, { id, kind: ask.kind });
  }
  return new Set([...last.values()].flatMap(({ id, kind }) => (kind === "dismiss" ? [id] : [])));
}
