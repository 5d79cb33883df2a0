import { existsSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { ToolHistory } from "#claude/transcript/tool-records.ts";
import { configOf, configToPin } from "#commands/hooks/pinned-config.ts";
import { modeFor } from "#gate/stop/policy.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { workTrees } from "#git/worktrees.ts";
import type { Look, StopCase } from "./stop-case.ts";

/** Between the host's note of a command and what the command does. */
const SLACK_MS = 2_000;

/**
 * Returns the roots of the work trees besides the one in view in which this session works: those
 * that it was followed into before, the one in which its shell stands now, and those of the same
 * repository in which its agents stood, its edit tools wrote, or which its commands made. A repository inside the viewed tree
 * is a part of that tree's change. What is configured not to be reviewed, or not to be sent, is
 * not followed into.
 */
export async function otherTrees(
  stop: StopCase,
  look: Look,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { root } = look.tree.repository;
  const known = stop.session.elsewhere
    .map(({ baseline }) => baseline.root)
    .filter((one) => existsSync(one) && isOnIn(stop, one));
  const linked = workTrees(look.tree.repository).filter((one) => one !== root);
  const here = workTreeRoot(stop.input.cwd);
  const outside = here !== undefined && !isWithin(here, root);
  const entered = [
    ...(here !== undefined && (outside || linked.includes(here)) ? [here] : []),
    ...(await workedIn(stop, linked, signal)),
  ];
  const fresh = [...new Set(entered)].filter((one) => one !== root && !known.includes(one));
  return [...known.filter((one) => one !== root), ...fresh.filter((one) => mayBeFollowed(stop, one))];
}

/** Without linked worktrees there is nothing to look for, and the transcript is left alone. */
async function workedIn(
  { session, input }: StopCase,
  linked: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { transcript_path: transcript } = input;
  if (linked.length === 0 || transcript === undefined) return [];
  const { readToolHistory } = await import("#claude/transcript/read-tool-history.ts");
  const history = await readToolHistory(transcript, new Date(session.started), signal);
  if (history === undefined) return [];
  const places = [
    ...history.folders,
    ...history.records.flatMap((record) => (record.kind === "edit" ? [record.path] : [])),
  ];
  return linked.filter(
    (tree) => places.some((place) => isWithin(place, tree)) || madeWithin(tree, history.records),
  );
}

/** A worktree that one of the session's own commands made may hold what that command wrote, though it never stood there. */
function madeWithin(tree: string, records: ToolHistory["records"]): boolean {
  const made = statSync(join(tree, ".git"), { throwIfNoEntry: false })?.ctimeMs ?? 0;
  return records.some(
    ({ kind, at, endedAt }) =>
      kind === "shell" &&
      made >= at.getTime() - SLACK_MS &&
      made <= (endedAt?.getTime() ?? Number.POSITIVE_INFINITY) + SLACK_MS,
  );
}

function isWithin(place: string, root: string): boolean {
  return place === root || place.startsWith(`${root}${sep}`);
}

/** Returns whether the configuration lets a tree be reviewed that the session did not begin in. */
export function mayBeFollowed({ call, session }: Pick<StopCase, "call" | "session">, root: string): boolean {
  const { config, mode } = configToPin(call, root, session.pinned.config);
  return mode !== "off" && isOnIn({ session }, root) && config.send;
}

/** What the session has pinned holds too: a fork can owe trees that its own configuration leaves alone. */
function isOnIn({ session }: Pick<StopCase, "session">, root: string): boolean {
  return modeFor(configOf(session), { root, headless: session.pinned.headless }) !== "off";
}
