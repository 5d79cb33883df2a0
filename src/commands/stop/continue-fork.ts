import { errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { Locations } from "#runs/locations.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";

/** Transcripts are long and many: what takes longer must not cost the stop. */
const LOOK_MS = 3_000;

/** The session as it goes on, and what the user should know of that. */
type ContinuedFork = { readonly session: Session; readonly notices: readonly string[] };

/**
 * Returns a forked session with what its parent still owed, on record; any other as it is. A
 * transcript that cannot be read leaves the fork with the baseline of its own start, and that is said.
 *
 * @throws LockFault, StateFault
 */
export async function continueFork(
  locations: Locations,
  session: Session,
  signal: AbortSignal,
): Promise<ContinuedFork> {
  if (session.source !== "fork") return { session, notices: [] };
  const { withDebtOf } = await import("./parent-of-fork.ts");
  const found = await lookForParent(locations, session, signal);
  if (typeof found === "string") return { session, notices: [found] };
  if (found === undefined) return { session, notices: [] };
  const change = await changeSession(
    locations,
    session.session_id,
    (known) => withDebtOf(found, known ?? session),
    signal,
  );
  return { session: change.session ?? session, notices: [] };
}

async function lookForParent(
  locations: Locations,
  session: Session,
  signal: AbortSignal,
): Promise<Session | string | undefined> {
  try {
    const { parentOfFork } = await import("./parent-of-fork.ts");
    return await parentOfFork(locations, session, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
  } catch (error) {
    const why = oneLine(errorText(error));
    return `Countersign: it cannot be told from which session this one was forked (${why}), so what that one left unsigned is not reviewed here; \`countersign review --unsigned\` reviews it.`;
  }
}
