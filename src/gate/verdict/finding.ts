import * as z from "zod/mini";

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.output<typeof Severity>;

/** One finding as the reviewer wrote it, in the wire's own spelling. */
export const ReviewFinding = z.object({
  title: z.string(),
  severity: Severity,
  kind: z.enum(["fact", "inference", "question"]),
  file: z.string(),
  side: z.enum(["new", "old"]),
  line_start: z.int(),
  line_end: z.int(),
  quote: z.string(),
  failure_path: z.string(),
  recommendation: z.string(),
});
export type ReviewFinding = z.output<typeof ReviewFinding>;

/** Why a finding does not hold against the code that the reviewer was shown. */
export const Doubt = z.enum([
  "file-not-in-scope",
  "lines-not-in-file",
  "quote-empty",
  "quote-not-found",
  "quote-not-removed",
  /** The agent gave a reason against it, and it came back word for word. */
  "dispute-not-answered",
]);
export type Doubt = z.output<typeof Doubt>;

/**
 * Who settled a finding, so that it does not block while its lines stay: the rounds were used up, a
 * person dismissed it, or the reviewer itself let go of it.
 */
export const SettledBy = z.enum(["cap", "person", "reviewer"]);
export type SettledBy = z.output<typeof SettledBy>;

/**
 * A finding after its check against the snapshot. `id` names the quoted content in its file, so
 * it survives shifted lines and a reworded title. Only a `counts` finding can block.
 */
export const CheckedFinding = z.discriminatedUnion("status", [
  z.object({ status: z.literal("counts"), id: z.string(), finding: ReviewFinding, line: z.int() }),
  z.object({ status: z.literal("note"), id: z.string(), finding: ReviewFinding, line: z.int() }),
  z.object({
    status: z.literal("settled"),
    id: z.string(),
    finding: ReviewFinding,
    line: z.int(),
    by: SettledBy,
    /** A person's reason, or what moved the reviewer, where that is known. */
    why: z.optional(z.string()),
  }),
  z.object({ status: z.literal("unverified"), id: z.string(), finding: ReviewFinding, doubt: Doubt }),
]);
export type CheckedFinding = z.output<typeof CheckedFinding>;
