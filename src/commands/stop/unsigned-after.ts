import type { Session } from "#runs/sessions/session.ts";
import type { Ending } from "./stop-case.ts";

/** Returns what is still unsigned after this ending: work stays so until a signature, or until it is gone. */
export function unsignedAfter(
  { outcome, look }: Ending,
  {
    unsigned,
    receipt,
    at,
  }: { readonly unsigned: Session["unsigned"]; readonly receipt: string; readonly at: string },
): Pick<Session, "unsigned"> {
  const kept = unsigned === undefined ? {} : { unsigned };
  if (look === undefined) return kept;
  switch (outcome.kind) {
    case "allowed":
      return {};
    case "skipped":
      // All that is there now is the work of others: what this session had left is gone.
      if (outcome.why === "anothers") return {};
      if (outcome.why === "paused" || outcome.why === "budget") {
        return { unsigned: { snapshot: look.snapshot, outcome: outcome.why, receipt, at, said: false } };
      }
      return look.fingerprint === look.baseline?.fingerprint ? {} : kept;
    case "joined":
    case "deferred":
      return kept;
    case "advised":
    case "blocked":
    case "capped":
    case "unresolved":
    case "failed":
      return { unsigned: { snapshot: look.snapshot, outcome: outcome.kind, receipt, at, said: false } };
  }
}
