import { CodexFault } from "#codex/fault.ts";
import { bringToRest } from "./bring-to-rest.ts";
import { openPlace } from "./open-place.ts";
import { orphansIn } from "./orphans.ts";
import { removeMark } from "./remove-mark.ts";
import { serverPlace } from "./server-place.ts";

/**
 * Ends what dead clients left running on the server of this directory: their turns, the commands of
 * those, and the threads' place in the user's list, where they are not the user's own. A thread that a
 * living client has opened since is left to that one for now.
 *
 * @throws CodexFault where the server does not answer, or `signal`'s reason: then the marks stay.
 */
export async function endOrphanTurns(
  directory: string,
  clientVersion: string,
  signal: AbortSignal,
): Promise<void> {
  const place = serverPlace(directory);
  if (orphansIn(place.clients).length === 0) return;
  const server = await openPlace(place, clientVersion, signal);
  if (server === undefined) throw new CodexFault({ kind: "server-start-failed", detail: "nobody listens" });
  try {
    // Looked at anew: another client may have opened one of the threads meanwhile.
    for (const { path: mark, threads, keeps } of orphansIn(place.clients)) {
      for (const threadId of threads) await bringToRest(server, threadId, { archive: !keeps }, signal);
      removeMark(mark);
    }
  } finally {
    await server.close();
  }
}
