import { randomUUID } from "node:crypto";
import { locationsOf } from "#runs/locations.ts";
import { answerRequest, writeRequest } from "#runs/sessions/requests.ts";
import { sessionId } from "./session-values.ts";

/**
 * Ends every pause of the reviewers under this state root, as `countersign on` does, and leaves all
 * sessions as they are: for tests in which failures follow each other that are about something else.
 */
export async function closeBreaker(state: string): Promise<void> {
  const locations = locationsOf({ COUNTERSIGN_HOME: state }, "/", "linux");
  const at = new Date().toISOString();
  const { id } = await writeRequest(locations, {
    at,
    ask: { kind: "on" },
    session: sessionId(randomUUID()),
    by: "terminal",
    agentSession: null,
    words: ["on"],
    cwd: "/",
    tty: false,
  });
  await answerRequest(locations, { request: id, session: null, at, outcome: "done", detail: "for a test" });
}
