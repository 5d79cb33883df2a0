import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import { textOf } from "#git/path-bytes.ts";

export type CommitFacts = {
  readonly tree: ObjectId;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
};

/** Returns what a commit says of itself (its lines up to the first empty one); nothing where it is not whole. */
export function commitFacts(content: Buffer): CommitFacts | undefined {
  const head = content.toString("latin1").split("\n\n", 1)[0] ?? "";
  const tree = z.safeParse(ObjectId, /^tree ([0-9a-f]+)$/m.exec(head)?.[1]);
  const seconds = /^committer .*> (-?\d{1,12}) [+-]\d{4}$/m.exec(head)?.[1];
  if (!tree.success || seconds === undefined) return undefined;
  return { tree: tree.data, committedAt: timeOf(Number(seconds)) };
}

/** Returns the first paragraph of a commit's message, as one line (git-log(1), `%s`). */
export function subjectOf(content: Buffer): string {
  const start = content.indexOf("\n\n");
  const message = start < 0 ? "" : textOf(content.subarray(start)).replace(/^\n+/, "");
  return (message.split(/\n[ \t]*(?:\n|$)/, 1)[0] ?? "").replaceAll("\n", " ").trim();
}

/** Returns a moment that git gives in seconds since 1970 (ISO 8601, UTC). */
function timeOf(seconds: number): string {
  const moment = new Date(seconds * 1000);
  return Number.isNaN(moment.getTime()) ? new Date(0).toISOString() : moment.toISOString();
}
