import * as z from "zod/mini";

/** Epoch milliseconds, within what a `Date` can hold. */
const Time = z.number().check(z.minimum(0), z.maximum(8.64e15));

/** The reviewer is not asked: its failures say that the next call would fail too. */
export const BreakerPause = z.strictObject({
  kind: z.literal("breaker"),
  /** The kind of the failure that opened it, and by what a person names its receipt. */
  failure: z.string(),
  receipt: z.string(),
  since: Time,
  until: Time,
  /** How many failures in a row there were when it opened. */
  row: z.int(),
  /** How often it has opened since the last answer, this time included. */
  times: z.int().check(z.positive()),
});
export type BreakerPause = z.output<typeof BreakerPause>;

/** What the user allowed is used up. */
export const BudgetPause = z.strictObject({
  kind: z.literal("budget"),
  limit: z.enum(["reviewsPerHour", "tokensPerDay"]),
  used: z.number(),
  allowed: z.number(),
  until: Time,
});
export type BudgetPause = z.output<typeof BudgetPause>;

/** Why nobody is asked, and until when. */
export const Pause = z.discriminatedUnion("kind", [BreakerPause, BudgetPause]);
export type Pause = z.output<typeof Pause>;
