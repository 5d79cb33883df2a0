import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";

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

/** Returns a moment that git gives in seconds since 1970 (ISO 8601, UTC). */
export function timeOf(seconds: number): string {
  const moment = new Date(seconds * 1000);
  return Number.isNaN(moment.getTime()) ? new Date(0).toISOString() : moment.toISOString();
}
