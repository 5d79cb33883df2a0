import type { SessionId } from "#base/ids.ts";
import { LockFault } from "#base/lock.ts";
import { count } from "#base/text.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { StateFault } from "#runs/fault.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { inView } from "#runs/sessions/session-trees.ts";
import { unsignedWork } from "#runs/sessions/unsigned-work.ts";
import type { HookCall } from "./hook-call.ts";

/** For the records of all sessions together. */
const LOCK_PATIENCE_MS = 2_000;

/** A start does not read the records of years. Whatever lies further back `status` and `review --unsigned` still find. */
const LOOK_BACK_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Returns what the user is told, once, of work that earlier sessions left unsigned in this tree;
 * empty where there is none. Sessions that still run will come to a stop themselves.
 */
export async function sayUnsigned(
  call: HookCall,
  { root, live }: { readonly root: string; readonly live: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const since = call.askedAt.getTime() - LOOK_BACK_MS;
  const left = unsignedWork(call.locations, root, since).filter(
    ({ session, tree }) => !tree.unsigned.said && !live.has(session.session_id),
  );
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LOCK_PATIENCE_MS)]);
  for (const { session } of left) await noteSaid(call, { id: session.session_id, root }, patience);
  if (left.length === 0) return [];
  const how = left.map(({ tree: { unsigned } }) => `${unsigned.outcome} on ${unsigned.at.slice(0, 10)}`);
  const command = commandWord(call.environment, call.locations);
  return [
    `${count(left.length, "earlier session")} left work unsigned in this tree (${how.join(", ")}): \`${command} review --unsigned\` reviews it.`,
  ];
}

/** What cannot be noted is said once more at the next start, which is better than not at all. */
async function noteSaid(
  { locations }: HookCall,
  { id, root }: { readonly id: SessionId; readonly root: string },
  signal: AbortSignal,
): Promise<void> {
  const said = (known: Session | undefined): Session | undefined => {
    const viewed = known && inView(known, root);
    return viewed?.unsigned && { ...viewed, unsigned: { ...viewed.unsigned, said: true } };
  };
  try {
    await changeSession(locations, id, said, signal);
  } catch (error) {
    if (!(error instanceof LockFault) && !(error instanceof StateFault)) throw error;
  }
}
