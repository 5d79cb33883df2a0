import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { nearest } from "#base/nearest.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { sessionOption } from "#commands/session-option.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { ROW_KINDS, type RowKind } from "./audit-row.ts";
import { momentOf } from "./moment-option.ts";

export const DEFAULT_LAST = 20;

/** A work tree, or a folder with all that lies in it. */
export type Place = { readonly path: string; readonly isWorkTree: boolean };

/** What was asked for. Empty lists let everything through. */
export type RunsAsked = {
  readonly format: "table" | "json" | "markdown";
  readonly kinds: readonly RowKind[];
  readonly outcomes: readonly string[];
  readonly models: readonly string[];
  readonly session: string | undefined;
  readonly place: Place | undefined;
  /** Epoch milliseconds; both ends are included. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Only the latest so many. */
  readonly last: number;
  readonly unfinished: boolean;
  readonly totals: boolean;
};

/**
 * Returns what the options ask for.
 *
 * @throws UsageFault for a value that means nothing, or two options that cannot be had together.
 */
export function runsAsked(call: Call): RunsAsked {
  const { flags } = call;
  if (flags.has("json") && flags.has("markdown"))
    throw usage("--json and --markdown are two forms of one answer; choose one");
  return {
    format: flags.has("json") ? "json" : flags.has("markdown") ? "markdown" : "table",
    kinds: (call.lists.get("kind") ?? []).map(kindOf),
    outcomes: call.lists.get("outcome") ?? [],
    models: call.lists.get("model") ?? [],
    session: sessionOption(call),
    place: placeOption(call),
    since: momentOption(call, "since", "first"),
    until: momentOption(call, "until", "last"),
    last: lastOption(call),
    unfinished: flags.has("unfinished"),
    totals: flags.has("totals"),
  };
}

function kindOf(text: string): RowKind {
  const kind = ROW_KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  const close = nearest(text, ROW_KINDS);
  const advice = close === undefined ? `it is one of ${ROW_KINDS.join(", ")}` : `did you mean ${close}?`;
  throw usage(`--kind does not take "${text}"; ${advice}`);
}

function placeOption(call: Call): Place | undefined {
  const named = call.texts.get("repository");
  if (named !== undefined && call.flags.has("here"))
    throw usage("--here and --repository name two places; choose one");
  const text = named ?? (call.flags.has("here") ? "." : undefined);
  if (text === undefined) return undefined;
  const path = resolve(call.cwd, text);
  const root = workTreeRoot(path);
  return { path: root ?? realOr(path), isWorkTree: root !== undefined };
}

/** What is on record of a folder that is gone can still be asked for. */
function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function momentOption(call: Call, name: "since" | "until", edge: "first" | "last"): number | undefined {
  const text = call.texts.get(name);
  if (text === undefined) return undefined;
  const moment = momentOf(text, edge, call.now);
  if (moment !== undefined) return moment;
  throw usage(`--${name} takes a day (2026-01-31), a moment or how long ago (7d, 12h, 30m), not "${text}"`);
}

/** Totals and what is unfinished are about everything, unless so many are asked for. */
function lastOption(call: Call): number {
  const [last, limit] = [call.texts.get("last"), call.texts.get("limit")];
  if (last !== undefined && limit !== undefined)
    throw usage("--last and --limit are the same; give one of them");
  const text = last ?? limit;
  if (text === undefined) {
    return call.flags.has("totals") || call.flags.has("unfinished") ? Number.POSITIVE_INFINITY : DEFAULT_LAST;
  }
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw usage(`--${last === undefined ? "limit" : "last"} takes a number from 1, not "${text}"`);
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
