import type { StopOutput } from "#claude/hook-output.ts";
import { inView } from "#runs/session-trees.ts";
import { concludeStop } from "./conclude-stop.ts";
import { endingOf } from "./ending-of.ts";
import { otherTrees } from "./other-trees.ts";
import type { Ending, StopCase } from "./stop-case.ts";

/** What opening and recording may take, apart from the review. */
const RECORD_MS = 10_000;

type Decided = { readonly stop: StopCase; readonly ending: Ending };

/**
 * Decides about the work tree in view, then about others that the session was seen to work in,
 * each with a receipt of its own. The first one that is held back ends it: the others are in the
 * next stop. Trees in which nothing changed are passed over, unless there is no other.
 */
export async function decideTrees(stop: StopCase, signal: AbortSignal): Promise<StopOutput> {
  const first = { stop, ending: await endingOf(stop, signal) };
  const { look } = first.ending;
  const roots = look === undefined ? [] : await otherTrees(stop, look, signal);
  const outputs: StopOutput[] = [];
  let { session } = stop;
  const conclude = async ({ stop: part, ending }: Decided): Promise<boolean> => {
    const notices = outputs.length === 0 ? stop.notices : [];
    const concluded = await concludeStop({ ...part, notices }, ending, AbortSignal.timeout(RECORD_MS));
    outputs.push(concluded.output);
    session = concluded.session;
    return isHeld(concluded.output);
  };
  if (!isUnchanged(first.ending) && (await conclude(first))) return merged(outputs);
  for (const root of roots) {
    const part = { ...stop, session: inView(session, root), followed: root };
    const ending = await endingOf(part, signal);
    if (!isUnchanged(ending) && (await conclude({ stop: part, ending }))) break;
  }
  if (outputs.length === 0) await conclude(first);
  return merged(outputs);
}

function isUnchanged({ outcome }: Ending): boolean {
  return outcome.kind === "skipped" && outcome.why === "unchanged";
}

function isHeld(output: StopOutput): boolean {
  return "decision" in output && output.decision === "block";
}

/** At most the last one holds the stop back. */
function merged(outputs: readonly StopOutput[]): StopOutput {
  const messages = outputs.flatMap(({ systemMessage }) => systemMessage ?? []);
  const last = outputs.at(-1) ?? {};
  return messages.length === 0 ? last : { ...last, systemMessage: messages.join("\n") };
}
