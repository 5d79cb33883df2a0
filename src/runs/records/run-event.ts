import * as z from "zod/mini";
import { Moment } from "#runs/sessions/session.ts";

const at = Moment;

/**
 * One thing that was seen while a run went on, for its live view and for whoever looks at it later. What is
 * evidence stands in the run's end; these are the way there.
 */
export const RunEvent = z.discriminatedUnion("kind", [
  /** What we do ourselves: `starting`, `checking the outputs`, ... */
  z.strictObject({ at, kind: z.literal("phase"), text: z.string() }),
  z.strictObject({ at, kind: z.literal("thread"), threadId: z.string() }),
  z.strictObject({
    at,
    kind: z.literal("turn"),
    turnId: z.nullable(z.string()),
    state: z.enum(["started", "completed", "failed", "interrupted"]),
  }),
  /** `item` is Codex's id of the command, by which its end is known. */
  z.strictObject({ at, kind: z.literal("command"), item: z.nullable(z.string()), command: z.string() }),
  z.strictObject({
    at,
    kind: z.literal("command-end"),
    item: z.nullable(z.string()),
    command: z.string(),
    exitCode: z.nullable(z.int()),
  }),
  z.strictObject({ at, kind: z.literal("read"), path: z.string() }),
  z.strictObject({ at, kind: z.literal("edit"), path: z.string() }),
  /** Any other tool: of MCP, of the web, of images. */
  z.strictObject({ at, kind: z.literal("tool"), name: z.string() }),
  z.strictObject({ at, kind: z.literal("message"), text: z.string() }),
  /** Of the whole run so far. */
  z.strictObject({
    at,
    kind: z.literal("tokens"),
    input: z.number(),
    cachedInput: z.number(),
    output: z.number(),
    reasoning: z.number(),
  }),
  z.strictObject({ at, kind: z.literal("error"), text: z.string(), willRetry: z.boolean() }),
  /** From here on only milestones are kept: there were too many. */
  z.strictObject({ at, kind: z.literal("left-out") }),
]);
export type RunEvent = z.output<typeof RunEvent>;
