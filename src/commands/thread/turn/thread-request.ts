import * as z from "zod/mini";
import { AbsolutePath, SessionId } from "#base/ids.ts";
import { ReviewedTarget, ThreadId } from "#runs/records/run-record.ts";

/**
 * One thing that Codex is asked for on a thread, with all that decides how. It holds no secret and
 * nothing of the asking process, so that another one can carry it out.
 */
export const ThreadRequest = z.strictObject({
  schema: z.literal("countersign/thread-request/1"),
  kind: z.enum(["turn", "review", "adversarial-review"]),
  /** What the turn is told; empty for reviews, whose words are Codex's own or made from the target. */
  prompt: z.string(),
  /** Where it works. */
  cwd: AbsolutePath,
  /** Null leaves the choice to the thread that is continued, or to Codex. */
  model: z.nullable(z.string()),
  effort: z.nullable(z.string()),
  /** Whether its commands and patches may write in `cwd`. */
  write: z.boolean(),
  /** The servers of MCP, by the names of Codex's configuration, that are left on. */
  mcpServers: z.array(z.string()),
  timeoutSeconds: z.number(),
  /** The thread that is continued; null for a fresh one. */
  resumes: z.nullable(ThreadId),
  /** The name that a fresh thread gets in the user's list. */
  name: z.nullable(z.string()),
  /** What a review is about. */
  target: z.nullable(ReviewedTarget),
  /** What an adversarial review is to look at above all. */
  focus: z.nullable(z.string()),
  asker: z.strictObject({
    by: z.enum(["terminal", "agent-shell", "no-terminal"]),
    session: z.nullable(SessionId),
  }),
  background: z.boolean(),
});
export type ThreadRequest = z.output<typeof ThreadRequest>;
