import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { KnownThread, SeenEvidence, SeenHome } from "#audit/claims/seen-run.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { count } from "#base/text.ts";
import type { Delegations } from "#claude/delegations/delegation.ts";
import { realPath } from "#claude/real-path.ts";
import { listRollouts, type RolloutFile } from "#codex/rollout/list-rollouts.ts";
import { type RolloutOutline, rolloutOutline } from "#codex/rollout/rollout-outline.ts";
import type { Call } from "#commands/command.ts";
import { locationsOf } from "#runs/locations.ts";
import { runsOf } from "./runs-of.ts";
import { recordsOf, type SessionRecords } from "./session-records.ts";

/** What was found to compare claims with, and what could not be read. */
export type GatheredEvidence = SeenEvidence & { readonly notes: readonly string[] };

/** Clocks agree on one machine; a turn may begin a moment after the transcript's last line. */
const AROUND_MS = 10 * 60_000;

/** Returns what this machine has of Codex of a session's time: rollouts of every home that plays a part, records and receipts. */
export async function sessionEvidence(call: Call, said: Delegations): Promise<GatheredEvidence> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const span = { from: (said.from ?? 0) - AROUND_MS, to: (said.to ?? 0) + AROUND_MS };
  const records = await recordsOf(locations, span);
  const notes = [...records.notes];
  const named = namedThreads(said);
  const forged = forgedPaths(said);
  const homes: SeenHome[] = [];
  const outlines: RolloutOutline[] = [];
  const threads: KnownThread[] = [];
  for (const { path, why } of homesOf(call, said, records)) {
    const found = filesOf(path, why);
    homes.push(found.home);
    for (const file of found.files) {
      const isNamed = named.has(file.threadId);
      if (!isNamed && !mayHaveTurns(file, span)) continue;
      const outline = await outlineOf(file, notes, call.signal);
      if (outline === undefined) continue;
      outlines.push(outline);
      if (isNamed) threads.push(knownThread(outline, file));
    }
  }
  return { runs: runsOf(outlines, { records, span, forged }), threads, homes, notes };
}

type Span = { readonly from: number; readonly to: number };

/** A file's times can be set by anyone; the thread's id tells when it began. */
function mayHaveTurns({ startedAt, modifiedAt }: RolloutFile, { from, to }: Span): boolean {
  return startedAt <= to && (modifiedAt >= from || startedAt >= from);
}

async function outlineOf(
  { path }: RolloutFile,
  notes: string[],
  signal: AbortSignal,
): Promise<RolloutOutline | undefined> {
  try {
    return await rolloutOutline(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
    notes.push(`${path} cannot be read (${errorText(error)})`);
    return undefined;
  }
}

function knownThread({ threadId, startedAt, turns, path }: RolloutOutline, file: RolloutFile): KnownThread {
  const times = turns.flatMap(({ inherited, firstAt, startedAt: at }) =>
    inherited ? [] : (firstAt ?? at ?? []),
  );
  const lastTurn = times.length === 0 ? undefined : Math.max(...times);
  return { thread: threadId, rollout: path, began: startedAt ?? file.startedAt, lastTurn };
}

/** All threads that the transcript names anywhere. */
function namedThreads({ claims, mentions }: Delegations): ReadonlySet<string> {
  const named = claims.flatMap((claim) => {
    if (claim.kind === "prose") return claim.threads;
    if (claim.kind !== "call") return [];
    return [...claim.threads, ...(claim.call.resumes === undefined ? [] : [claim.call.resumes])];
  });
  return new Set([...named, ...mentions.map(({ thread }) => thread)]);
}

function forgedPaths({ claims }: Delegations): ReadonlySet<string> {
  return new Set(
    claims.flatMap((claim) =>
      claim.kind === "file" && claim.looksLike === "rollout" ? [realPath(claim.path)] : [],
    ),
  );
}

type NamedHome = { readonly path: string; readonly why: readonly string[] };

function homesOf(call: Call, { claims }: Delegations, records: SessionRecords): readonly NamedHome[] {
  const found = new Map<string, string[]>();
  const add = (path: string, why: string): void => {
    const whole = path.startsWith("~/") ? join(call.home, path.slice(2)) : path;
    const real = realPath(isAbsolute(whole) ? whole : resolve(call.cwd, whole));
    const reasons = found.get(real) ?? [];
    if (!reasons.includes(why)) found.set(real, [...reasons, why]);
  };
  for (const path of call.lists.get("codex-home") ?? []) add(path, "asked for");
  const own = call.environment["CODEX_HOME"];
  if (own !== undefined && own !== "") add(own, "CODEX_HOME of this shell");
  add(join(call.home, ".codex"), "the user's own");
  for (const claim of claims) {
    if (claim.kind === "call" && claim.call.home !== undefined)
      add(claim.call.home, "named in the transcript");
  }
  for (const home of records.homes) add(home, "named in a record");
  return [...found].map(([path, why]) => ({ path, why }));
}

function filesOf(
  path: string,
  why: readonly string[],
): { readonly home: SeenHome; readonly files: readonly RolloutFile[] } {
  try {
    const files = [...listRollouts(path)];
    const state = files.length === 0 && !existsSync(path) ? "absent" : "read";
    return { home: { path, why, state, detail: count(files.length, "rollout") }, files };
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return { home: { path, why, state: "unreadable", detail: errorText(error) }, files: [] };
  }
}
