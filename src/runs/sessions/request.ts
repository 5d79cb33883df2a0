import * as z from "zod/mini";
import { RequestId, SessionId } from "#base/ids.ts";
import { ReviewFinding } from "#gate/verdict/finding.ts";
import { Moment } from "./session.ts";

/** What a person, or an agent in their name, asks of the gate. */
export const Ask = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("on") }),
  z.strictObject({ kind: z.literal("off") }),
  z.strictObject({ kind: z.literal("skip"), why: z.string() }),
  z.strictObject({ kind: z.literal("remove") }),
  z.strictObject({
    kind: z.literal("dismiss"),
    /** The finding's id; what was typed, where it names none. */
    finding: z.string(),
    why: z.string(),
    /** The common git directory: it holds for every work tree of that repository. */
    repository: z.nullable(z.string()),
    /** The finding as it was on record, with its line. */
    about: z.nullable(z.strictObject({ finding: ReviewFinding, line: z.int() })),
  }),
  z.strictObject({
    kind: z.literal("undo-dismiss"),
    finding: z.string(),
    repository: z.string(),
  }),
  /** A hook that the agent's shell ran in the host's place, about a session. It is never granted. */
  z.strictObject({
    kind: z.literal("hook"),
    event: z.enum(["SessionStart", "Stop", "SessionEnd"]),
    about: SessionId,
  }),
]);
export type Ask = z.output<typeof Ask>;

/** One use of a switch. Written once, whether it acts at once or waits for a stop: it is the trace. */
export const Request = z.strictObject({
  schema: z.literal("countersign/request/1"),
  id: RequestId,
  at: Moment,
  ask: Ask,
  /** The one session that is meant; null for all. */
  session: z.nullable(SessionId),
  /** `no-terminal`: a program that neither a person nor an agent is seen behind, while a session lives. */
  by: z.enum(["terminal", "agent-shell", "no-terminal"]),
  /** The session in whose shell it was typed, as the host says in its environment. */
  agentSession: z.nullable(SessionId),
  /** The words after `countersign`, as they were typed. */
  words: z.array(z.string()),
  cwd: z.string(),
  /** Whether standard input is a terminal. */
  tty: z.boolean(),
});
export type Request = z.output<typeof Request>;

/** What became of a request in one session, or in the configuration (`session` null). Written once. */
export const Answer = z.strictObject({
  schema: z.literal("countersign/answer/1"),
  request: RequestId,
  session: z.nullable(SessionId),
  at: Moment,
  /** `refused`: no person is seen to have asked for it, or it could not be done. */
  outcome: z.enum(["done", "refused"]),
  detail: z.string(),
});
export type Answer = z.output<typeof Answer>;
