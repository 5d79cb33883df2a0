import type { Locations } from "#runs/locations.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";

/** The session, and what its user has to read about how it was switched off. */
type Said = { readonly session: Session; readonly notices: readonly string[] };

/**
 * Tells the user, once, that the gate was switched off from outside of the session. Whoever did it
 * acted at once, and a terminal can be had by other programs than a person's shell too.
 */
export async function saySwitched(
  { locations, command }: { readonly locations: Locations; readonly command: string },
  session: Session,
  signal: AbortSignal,
): Promise<Said> {
  const { mode } = session;
  if (mode?.gate !== "off" || mode.by === "transcript" || mode.said === true) return { session, notices: [] };
  const change = await changeSession(
    locations,
    session.session_id,
    (now) => now?.mode && { ...now, mode: { ...now.mode, said: true } },
    signal,
  );
  const at = `${mode.at.slice(0, 16).replace("T", " ")} UTC`;
  return {
    session: change.session ?? session,
    notices: [
      `Countersign: the gate is off for this session: it was switched off from a terminal at ${at}. \`${command} on\` turns it on again.`,
    ],
  };
}
