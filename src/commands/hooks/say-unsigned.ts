import { count } from "#base/text.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { changeSession } from "#runs/session-file.ts";
import { inView } from "#runs/session-trees.ts";
import { unsignedWork } from "#runs/unsigned-work.ts";
import type { HookCall } from "./hook-call.ts";

/**
 * Returns what the user is told, once, of work that earlier sessions left unsigned in this tree;
 * empty where there is none. Sessions that still run will come to a stop themselves.
 *
 * @throws LockFault or StateFault
 */
export async function sayUnsigned(
  call: HookCall,
  { root, live }: { readonly root: string; readonly live: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const left = unsignedWork(call.locations, root).filter(
    ({ session, tree }) => !tree.unsigned.said && !live.has(session.session_id),
  );
  for (const { session } of left) {
    await changeSession(
      call.locations,
      session.session_id,
      (known) => {
        if (known === undefined) return undefined;
        const viewed = inView(known, root);
        return viewed.unsigned && { ...viewed, unsigned: { ...viewed.unsigned, said: true } };
      },
      signal,
    );
  }
  if (left.length === 0) return [];
  const how = left.map(({ tree: { unsigned } }) => `${unsigned.outcome} on ${unsigned.at.slice(0, 10)}`);
  const command = commandWord(call.environment, call.locations);
  return [
    `${count(left.length, "earlier session")} left work unsigned in this tree (${how.join(", ")}): \`${command} review --unsigned\` reviews it.`,
  ];
}
