import { liveLeases } from "#codex/server/lease.ts";
import { hooksOf } from "#commands/attribution/hooks-of.ts";
import { otherSessions } from "#commands/attribution/other-sessions.ts";
import { type OwnChange, ownChange } from "#commands/attribution/own-change.ts";
import type { Baseline } from "#runs/sessions/session.ts";
import type { Look, StopCase } from "./stop-case.ts";

/** A state of the work tree from which on the session's own part is wanted. */
export type Since = Pick<Baseline, "snapshot" | "takenAt" | "why">;

/**
 * Returns what of the change since a state is this session's own, as far as that can be told.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function ownPart(
  { call, session, input }: StopCase,
  look: Look,
  since: Since,
  signal: AbortSignal,
): Promise<OwnChange> {
  const { tree, snapshot, taken } = look;
  const held = new Set(liveLeases(call.locations.leases).map(({ sessionId }) => sessionId));
  const { root } = tree.repository;
  const others = otherSessions(call.locations, { session, root, held, now: call.askedAt });
  const { session_id, seen } = session;
  const own = { session_id, seen, transcript: input.transcript_path, ...since, baseline: since.snapshot };
  return await ownChange(
    {
      tree,
      session: own,
      lastMessage: input.last_assistant_message,
      snapshot,
      taken,
      others,
      hooks: () => hooksOf(call, { cwd: input.cwd, root }),
    },
    signal,
  );
}
