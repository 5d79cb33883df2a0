import * as z from "zod/mini";
import { atLeast } from "#base/lengths.ts";
import { Severity } from "#gate/verdict/finding.ts";
import { Mode } from "./mode.ts";

/** The effective configuration, every key decided. Pinned with its digest at session start. */
export const Config = z.strictObject({
  gate: Mode,
  /** The same for `claude -p`; `as-gate` follows `gate`. */
  headless: z.enum(["as-gate", "enforce", "advise", "off"]),
  /** Globs over repository roots; the last that matches wins over `gate`. */
  repositories: z.record(z.string(), Mode),
  /** False: this repository must not be sent to a second vendor. */
  send: z.boolean(),
  /** Blocks per prompt. Below the host's own cap of 8. */
  maxRounds: z.int().check(z.minimum(1), z.maximum(7)),
  maxMinutes: z.number().check(z.positive()),
  /** The registered hook has 300 s; what is left is for interrupting, recording and printing. */
  deadlineSeconds: z.number().check(z.positive(), z.maximum(285)),
  blockSeverity: Severity,
  /** `undefined` leaves the choice to Codex. */
  model: z.optional(z.string().check(atLeast(1))),
  effort: z.enum(["minimal", "low", "medium", "high", "xhigh"]),
  onFailure: z.enum(["allow", "block"]),
  exclude: z.array(z.string()),
  maxDiffBytes: z.int().check(z.positive()),
  instructions: z.enum(["none", "project"]),
  prewarm: z.boolean(),
  idleSeconds: z.number().check(z.positive()),
  keepThreads: z.boolean(),
  /** False: each review has a server of its own. Absent, as in records of before this key: true. */
  shareServer: z.optional(z.boolean()),
  messages: z.enum(["quiet", "normal", "verbose"]),
  /** Over all sessions of this user. What a person asks for counts, and is never refused. */
  budget: z.optional(
    z.strictObject({
      reviewsPerHour: z.optional(z.int().check(z.positive())),
      tokensPerDay: z.optional(z.int().check(z.positive())),
    }),
  ),
});
export type Config = z.output<typeof Config>;

export const DEFAULT_CONFIG: Config = {
  gate: "enforce",
  headless: "as-gate",
  repositories: {},
  send: true,
  maxRounds: 3,
  maxMinutes: 30,
  deadlineSeconds: 240,
  blockSeverity: "high",
  effort: "medium",
  onFailure: "allow",
  exclude: [],
  maxDiffBytes: 256 * 1024,
  instructions: "none",
  prewarm: true,
  idleSeconds: 600,
  keepThreads: false,
  shareServer: true,
  messages: "normal",
};
