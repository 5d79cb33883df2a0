import { sep } from "node:path";
import type { AuditRow } from "./audit-row.ts";
import type { Place, RunsAsked } from "./runs-asked.ts";

/** Returns whether a row is among what was asked for. Times were looked at before it was read. */
export function matches(row: AuditRow, asked: RunsAsked): boolean {
  const { kinds, outcomes, models, session, place, unfinished } = asked;
  return (
    (kinds.length === 0 || kinds.includes(row.kind)) &&
    (outcomes.length === 0 || outcomes.some((word) => row.outcomeWords.includes(word))) &&
    (models.length === 0 || models.some((part) => row.model?.includes(part) === true)) &&
    (session === undefined || row.session === session) &&
    (place === undefined || isAt(row.place, place)) &&
    (!unfinished || row.state !== "ended")
  );
}

/** What was done in a folder within one that is no work tree counts for that one too. */
function isAt(found: string | null, { path, isWorkTree }: Place): boolean {
  if (found === null) return false;
  if (found === path) return true;
  return !isWorkTree && found.startsWith(path.endsWith(sep) ? path : `${path}${sep}`);
}
