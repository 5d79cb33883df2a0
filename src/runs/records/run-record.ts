import * as z from "zod/mini";
import { AbsolutePath, ObjectId, SessionId } from "#base/ids.ts";
import { ProcessIdentity } from "#base/process-identity.ts";
import { RunFailure } from "#gate/contract/run-failure.ts";
import { RolloutSeal } from "#runs/receipts/receipt.ts";
import { Moment } from "#runs/sessions/session.ts";

/** The id of a run: its moment and eight hex digits, by which a person names it. It becomes a folder's name. */
export const RunId = z
  .string()
  .check(z.regex(/^\d{8}T\d{9}Z-[0-9a-f]{8}$/))
  .brand<"RunId">();
export type RunId = z.output<typeof RunId>;

/** Codex's ids: UUIDs as far as it is known, and in any case nothing that climbs out of a folder. */
export const ThreadId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/));

const Sandbox = z.enum(["read-only", "workspace-write", "danger-full-access"]);
export type SandboxMode = z.output<typeof Sandbox>;

const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A state of the work tree; `tree` is null where none could be taken, and `why` says why. */
const WorkTree = z.strictObject({
  root: AbsolutePath,
  head: z.nullable(ObjectId),
  tree: z.nullable(ObjectId),
  why: z.optional(z.string()),
});

/** What a review on a thread is about. */
export const ReviewedTarget = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("uncommitted") }),
  z.strictObject({ kind: z.literal("base"), branch: z.string() }),
  z.strictObject({ kind: z.literal("commit"), sha: z.string(), title: z.nullable(z.string()) }),
  z.strictObject({ kind: z.literal("custom"), instructions: z.string() }),
]);
export type ReviewedTarget = z.output<typeof ReviewedTarget>;

/** What is written before anything is started. Write-once, as `begun.json` in the run's folder. */
export const RunBegun = z.strictObject({
  schema: z.literal("countersign/run-begun/1"),
  id: RunId,
  kind: z.enum(["exec", "turn", "review", "adversarial-review"]),
  at: Moment,
  /** Who asked: as `askerOf` tells, and in which session of Claude Code. */
  asker: z.strictObject({
    by: z.enum(["terminal", "agent-shell", "no-terminal"]),
    session: z.nullable(SessionId),
  }),
  background: z.boolean(),
  /** The process that runs it and writes its end. While it lives the run is under way. */
  process: ProcessIdentity,
  /** The first words of what was asked, for lists. */
  title: z.string(),
  promptDigest: Sha256,
  contractDigest: z.nullable(Sha256),
  cwd: AbsolutePath,
  workTree: z.nullable(WorkTree),
  codex: z.strictObject({ path: z.string(), launchedFrom: z.string(), version: z.string() }),
  codexHome: AbsolutePath,
  /** What kind of account would be asked, never which. */
  account: z.string(),
  asked: z.strictObject({
    model: z.nullable(z.string()),
    effort: z.nullable(z.string()),
    sandbox: Sandbox,
    /** Why it needed full access. */
    reason: z.nullable(z.string()),
    ephemeral: z.boolean(),
    timeoutSeconds: z.nullable(z.number()),
  }),
  /** The thread that it continues. */
  resumes: z.nullable(ThreadId),
  target: z.nullable(ReviewedTarget),
  version: z.string(),
});
export type RunBegun = z.output<typeof RunBegun>;

const Usage = z.strictObject({
  input: z.number(),
  cachedInput: z.number(),
  output: z.number(),
  reasoning: z.number(),
});

/** A file of the workspace, or of Codex's own, that the run was to bring forth. */
export const Artifact = z.strictObject({
  /** From the workspace, or absolute where it lies elsewhere. */
  path: z.string(),
  kind: z.string(),
  bytes: z.int(),
  sha256: Sha256,
  /** Its digest before the run; null where it was not there. */
  before: z.nullable(Sha256),
});
export type Artifact = z.output<typeof Artifact>;

/** One thing that was looked at by us after the run. */
export const RunCheck = z.strictObject({ name: z.string(), holds: z.boolean(), detail: z.string() });
export type RunCheck = z.output<typeof RunCheck>;

export const RunOutcome = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("succeeded") }),
  z.strictObject({ kind: z.literal("failed"), failure: RunFailure }),
]);
export type RunOutcome = z.output<typeof RunOutcome>;

/** A finding of a review on a thread, checked against the files where it could be. */
export const ReviewRemark = z.strictObject({
  title: z.string(),
  body: z.string(),
  file: z.nullable(z.string()),
  lineStart: z.nullable(z.int()),
  lineEnd: z.nullable(z.int()),
  severity: z.nullable(z.string()),
  /** `stands`: what it quotes or points at is there. */
  check: z.enum(["stands", "does-not-stand", "unchecked"]),
  detail: z.string(),
});
export type ReviewRemark = z.output<typeof ReviewRemark>;

/** What is written when it is over. Write-once, as `ended.json` beside `begun.json`. */
export const RunEnded = z.strictObject({
  schema: z.literal("countersign/run-ended/1"),
  id: RunId,
  /** The digest of `begun.json`. */
  begun: Sha256,
  at: Moment,
  seconds: z.number(),
  outcome: RunOutcome,
  /** `process`: an exec of its own; otherwise which app-server. */
  server: z.enum(["process", "shared", "private", "none"]),
  threadId: z.nullable(ThreadId),
  turnIds: z.array(z.string()),
  responseIds: z.array(z.string()),
  /** As Codex put it on record for this turn; null where nothing says. */
  model: z.nullable(z.string()),
  modelProvider: z.nullable(z.string()),
  effort: z.nullable(z.string()),
  cliVersion: z.nullable(z.string()),
  sandbox: z.nullable(z.string()),
  /** The rollouts of the thread and of a review's own thread, as they stood at the end. */
  rollouts: z.array(z.strictObject({ threadId: ThreadId, seal: RolloutSeal })),
  /** Why there is no rollout, where there is none. */
  noRollout: z.nullable(z.string()),
  usage: z.nullable(Usage),
  commands: z.array(z.strictObject({ command: z.string(), exitCode: z.nullable(z.int()) })),
  commandsLeftOut: z.int(),
  /** Files that Codex reports to have changed. */
  reportedChanges: z.array(z.string()),
  workTree: z.nullable(WorkTree),
  /** What differs between the trees before and after; null where there were none to compare. */
  changed: z.nullable(
    z.array(z.strictObject({ path: z.string(), old: z.nullable(ObjectId), new: z.nullable(ObjectId) })),
  ),
  artifacts: z.array(Artifact),
  checks: z.array(RunCheck),
  /** The final message: a claim, kept word for word. */
  answer: z.nullable(z.string()),
  remarks: z.nullable(z.array(ReviewRemark)),
  warnings: z.array(z.string()),
});
export type RunEnded = z.output<typeof RunEnded>;
