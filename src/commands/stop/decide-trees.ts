import type { StopOutput } from "#claude/hook-output.ts";
import type { PluginsHeld } from "#runs/plugins-in-force.ts";
import { inView } from "#runs/sessions/session-trees.ts";
import { apartNotices } from "./apart-notices.ts";
import { concludeStop } from "./conclude-stop.ts";
import { endingOf, thrownEnding } from "./ending-of.ts";
import { modeHere } from "./mode-here.ts";
import { otherTrees } from "./other-trees.ts";
import type { Ending, StopCase } from "./stop-case.ts";
import { withTreeInView } from "./tree-in-view.ts";

/** What opening and recording may take, apart from the review. */
export const RECORD_MS = 10_000;

type Decided = { readonly stop: StopCase; readonly ending: Ending };

/**
 * Decides about the work tree in view, then about others that the session was seen to work in,
 * each with a receipt of its own. Where the agent went into a tree in which the gate is off, nothing is
 * decided. The first one that is held back ends it: the others are in the
 * next stop. Trees in which nothing changed are passed over, unless there is no other; what was committed
 * beside any of them is told all the same.
 */
export async function decideTrees(given: StopCase, signal: AbortSignal): Promise<StopOutput> {
  const stop = withTreeInView(given);
  if (modeHere(stop) === "off") return withNotices(stop.notices);
  const plugins = pluginsHeld(stop);
  const first = { stop, ending: await endingOf(stop, signal) };
  const outputs: StopOutput[] = [];
  const apart = [...(await besideTree(first))];
  let { session, rounds } = stop;
  const conclude = async ({ stop: part, ending }: Decided): Promise<boolean> => {
    const notices = outputs.length === 0 ? stop.notices : [];
    const so = { ...part, rounds, notices, plugins: await plugins };
    const concluded = await concludeStop(so, ending, AbortSignal.timeout(RECORD_MS));
    outputs.push(concluded.output);
    session = concluded.session;
    rounds = session.prompt ?? rounds;
    return isHeld(concluded.output);
  };
  if (!isUnchanged(first.ending) && (await conclude(first))) return merged(outputs, apart);
  for (const root of await besides(first, signal)) {
    // What the time was too short for is in the next stop; that it was is on record by now.
    if (signal.aborted && outputs.length > 0) break;
    const part =
      typeof root === "string" ? { ...stop, session: inView(session, root), followed: root } : stop;
    const ending = typeof root === "string" ? await endingOf(part, signal) : root;
    apart.push(...(await besideTree({ stop: part, ending })));
    if (!isUnchanged(ending) && (await conclude({ stop: part, ending }))) break;
  }
  if (outputs.length === 0) await conclude(first);
  return merged(outputs, apart);
}

/** A hook that the host ended is read by nobody: the next stop says it. */
async function besideTree({ stop, ending }: Decided): Promise<readonly string[]> {
  if (stop.call.signal.aborted) return [];
  return await apartNotices(stop, ending, AbortSignal.timeout(RECORD_MS));
}

/** What cannot be put on record is not known: no stop fails for it. The audit of plugins says so. */
async function pluginsHeld({ call, input, session }: StopCase): Promise<PluginsHeld | undefined> {
  try {
    const { pluginsInForce } = await import("#commands/plugins-held/plugins-in-force.ts");
    return await pluginsInForce(call, input, session);
  } catch {
    return undefined;
  }
}

/** Returns the roots of the other trees, or the ending that there is where they cannot be found out. */
async function besides(
  { stop, ending: { look, outcome, review } }: Decided,
  signal: AbortSignal,
): Promise<readonly (string | Ending)[]> {
  const isOver = outcome.kind === "capped" && review === undefined;
  try {
    return look === undefined || isOver ? [] : await otherTrees(stop, look, signal);
  } catch (error) {
    return [thrownEnding(stop, error)];
  }
}

function isUnchanged({ outcome }: Ending): boolean {
  return outcome.kind === "skipped" && outcome.why === "unchanged";
}

function isHeld(output: StopOutput): boolean {
  return "decision" in output && output.decision === "block";
}

function withNotices(notices: readonly string[]): StopOutput {
  return notices.length === 0 ? {} : { systemMessage: notices.join("\n") };
}

/** At most the last one holds the stop back. */
function merged(outputs: readonly StopOutput[], notices: readonly string[]): StopOutput {
  const messages = [...outputs.flatMap(({ systemMessage }) => systemMessage ?? []), ...notices];
  const last = outputs.at(-1) ?? {};
  return messages.length === 0 ? last : { ...last, systemMessage: messages.join("\n") };
}
