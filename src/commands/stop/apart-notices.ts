import { join } from "node:path";
import { digestOf } from "#base/digest.ts";
import { errorText } from "#base/fault.ts";
import { writeOnce } from "#base/files.ts";
import { clip, count, oneLine } from "#base/text.ts";
import { type ApartContent, apartContents } from "#git/change/apart-contents.ts";
import { isGitFailed } from "#git/fault.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { commandWord } from "./command-word.ts";
import type { Ending, StopCase } from "./stop-case.ts";

const NAMED = 5;
const LONGEST_PATH = 100;

/**
 * Returns what the user is told, once, of contents that were committed, staged or stashed while the
 * work tree shows others: a comparison of the work tree does not see them, and nobody reviewed them.
 * What this session had signed before is not told.
 */
export async function apartNotices(
  stop: StopCase,
  { look }: Ending,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (look?.baseline === undefined) return [];
  const { tree, snapshot, baseline } = look;
  const since = { baseline: baseline.snapshot, snapshot, at: Date.parse(stop.session.started) };
  try {
    const apart = await apartContents(tree, since, signal);
    const unsigned = apart.length === 0 ? [] : await withoutSigned(stop, apart);
    if (unsigned.length === 0) return [];
    const name = `apart-${digestOf(unsigned).slice(0, 20)}`;
    const isNews = stop.session.pinned.headless || writeOnce(join(tree.store.directory, name), "");
    return isNews ? [noticeOf(stop, unsigned)] : [];
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return [`Countersign: what was committed beside the work tree could not be told (${errorText(error)}).`];
  }
}

async function withoutSigned(
  { call, session }: StopCase,
  apart: readonly ApartContent[],
): Promise<readonly ApartContent[]> {
  const { receipts } = await listReceipts(call.locations, { session: session.session_id });
  const signed = new Set(
    receipts
      .filter(({ receipt }) => receipt.outcome.kind === "allowed")
      .flatMap(({ receipt }) => receipt.scope?.shown ?? [])
      .map((shown) => JSON.stringify([shown.path, shown.new])),
  );
  return apart.filter(({ path, blob }) => !signed.has(JSON.stringify([path, blob ?? null])));
}

function noticeOf({ call }: StopCase, apart: readonly ApartContent[]): string {
  const places = [...new Set(apart.map(({ where }) => where))];
  const paths = [...new Set(apart.map(({ path }) => path))];
  const named = paths.slice(0, NAMED).map((path) => clip(oneLine(path), LONGEST_PATH));
  const more = paths.length > NAMED ? [`and ${paths.length - NAMED} more`] : [];
  const command = commandWord(call.environment, call.locations);
  const commit = places.find((where) => where !== "the index");
  const how =
    commit === undefined
      ? "`git diff --cached` shows it"
      : `\`${command} review --commit ${clip(oneLine(commit), LONGEST_PATH)}\` reviews a commit`;
  return `Countersign: ${places.map(oneLine).join(", ")} ${places.length === 1 ? "holds" : "hold"} other contents of ${count(paths.length, "file")} than the work tree, and nobody reviewed them: ${[...named, ...more].join(", ")}; ${how}.`;
}
