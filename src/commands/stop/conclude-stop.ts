import { join } from "node:path";
import { writeOnce } from "#base/files.ts";
import type { StopOutput } from "#claude/hook-output.ts";
import { breakerNow } from "#commands/review/breaker-now.ts";
import { type KnownVerdict, type NewVerdict, noticesOf, type Review } from "#commands/review/review.ts";
import { settledBy } from "#gate/ledger/ledger.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import type { StopReport } from "#gate/stop/stop-report.ts";
import { keptVerdict } from "#gate/verdict/kept-verdict.ts";
import type { Locations } from "#runs/locations.ts";
import type { PluginsHeld } from "#runs/plugins-in-force.ts";
import { type Receipt, receiptHandle } from "#runs/receipts/receipt.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { changeSession, type SessionChange } from "#runs/sessions/session-file.ts";
import { inView, withSeen } from "#runs/sessions/session-trees.ts";
import { commandWord } from "./command-word.ts";
import { thrownEnding } from "./ending-of.ts";
import { nextSession } from "./next-session.ts";
import { receiptOf } from "./receipt-of.ts";
import { saidBefore } from "./said-before.ts";
import { signedBaseline } from "./signed-baseline.ts";
import type { ConcludedCase, Ending, StopCase } from "./stop-case.ts";

/** What the host is told, and the session as it is remembered now. */
export type Concluded = { readonly output: StopOutput; readonly session: Session };

/**
 * Puts an ending on record and returns what the host is told. The receipt comes first: what is
 * said to have happened has a record, also when this process is killed in between.
 *
 * @throws LockFault, StateFault
 */
export async function concludeStop(
  stop: ConcludedCase,
  given: Ending,
  signal: AbortSignal,
): Promise<Concluded> {
  const { call, session } = stop;
  const seconds = (Date.now() - call.askedAt.getTime()) / 1_000;
  const { ending, signed } = await sign(stop, given, signal);
  const { locations } = call;
  const known = await saidBefore(stop, ending);
  const draft = receiptOf(stop, ending, seconds);
  const written = await writeReceipt(locations, session.session_id, draft, signal);
  const { receipt } = written;
  // Before the session's own record: a process killed in between must not make the verdict a new one.
  const unkept = await remember(locations, ending.review, receipt);
  const change = await changeSession(
    locations,
    session.session_id,
    (known) => {
      // A record that was torn while this stop waited is made anew from what the stop knows of it.
      const end = { count: receipt.n, head: written.digest };
      const stopped = { ...stop, session: viewed(known ?? { ...session, receipts: end }, ending) };
      const next = nextSession(stopped, ending, { signed, receipt: receiptHandle(receipt) });
      return seenNow(holding(next, stop.plugins), ending);
    },
    signal,
  );
  const notices = [...stop.notices, ...noticesOf(ending.review), ...unkept, ...torn(written, change)];
  const report = reportOf(stop, ending, { receipt: receiptHandle(receipt), seconds });
  // What a person has just done about them changes what is to be said.
  const again =
    ending.outcome.kind === "unresolved" &&
    session.unsigned?.outcome === "unresolved" &&
    notices.length === 0;
  const said = { ...report, open: openBefore(stop, ending), again, pause: pauseOf(stop, ending) };
  const output = known ? {} : stopOutput(ending.outcome, said, stop.config);
  return { output: withNotices(output, notices), session: change.session ?? session };
}

/** Only a new verdict is kept. */
async function remember(
  locations: Locations,
  review: Ending["review"],
  receipt: Receipt,
): Promise<readonly string[]> {
  if (review?.kind !== "verdict") return [];
  const { rememberVerdict } = await import("#commands/review/known-verdict.ts");
  return await rememberVerdict(locations, review, receipt);
}

/** Whichever of the two writers found the record torn set it aside. */
function torn(...changes: readonly Pick<SessionChange, "corrupt">[]): readonly string[] {
  return changes.flatMap(({ corrupt }) =>
    corrupt === undefined
      ? []
      : [
          `Countersign: this session's record could not be read and was set aside as ${corrupt.path}. It was made anew from what this stop knew; the gate stays on.`,
        ],
  );
}

/** Where a signature cannot be made, its verdict is not lost: the next stop finds it again. */
async function sign(
  stop: StopCase,
  ending: Ending,
  signal: AbortSignal,
): Promise<{ readonly ending: Ending; readonly signed: Baseline | undefined }> {
  try {
    return { ending, signed: await signedBaseline(stop, ending, signal) };
  } catch (error) {
    return { ending: { ...ending, ...thrownEnding(stop, error) }, signed: undefined };
  }
}

/** Why nobody was asked, or will be for a while after this failure. Its receipt is on record by now. */
function pauseOf({ call }: StopCase, { review, failure, reviewer }: Ending): StopReport["pause"] {
  if (review?.kind === "paused") return review.pause;
  if (failure === undefined || reviewer === undefined) return undefined;
  return breakerNow(call.locations, reviewer.key, Date.now())?.pause;
}

/** Where nothing could be told now, what was told before stands. */
function holding(session: Session, plugins: PluginsHeld | undefined): Session {
  return plugins === undefined ? session : { ...session, plugins };
}

function seenNow(session: Session, { look }: Ending): Session {
  if (look === undefined) return session;
  const { fingerprint, snapshot, taken, tree } = look;
  const [at, until] = [taken.at.toISOString(), taken.until.toISOString()];
  return withSeen(session, tree.repository.root, { tree: snapshot.tree, fingerprint, at, until });
}

function viewed(session: Session, { look }: Ending): Session {
  return look === undefined ? session : inView(session, look.tree.repository.root);
}

/** What was found about this content before, or about any where the rounds ended without a review. */
function openBefore({ call, session, config }: StopCase, { outcome, look }: Ending): StopReport["open"] {
  const { review, ledger } = session;
  if (review === undefined) return undefined;
  const stands = outcome.kind === "capped" || review.fingerprint === look?.fingerprint;
  if (!stands) return undefined;
  const dismissed =
    look === undefined ? new Map() : dismissals(call.locations, look.tree.repository.commonDirectory);
  const settled = settledBy(ledger, dismissed);
  return keptVerdict(review.findings, { blockSeverity: config.blockSeverity, settled }).verdict;
}

function reportOf(
  { call }: StopCase,
  { look, review, failure }: Ending,
  { receipt, seconds }: { readonly receipt: string; readonly seconds: number },
): StopReport {
  return {
    command: commandWord(call.environment, call.locations),
    receipt,
    root: look?.tree.repository.root,
    failure,
    review:
      review?.kind === "verdict" || review?.kind === "known" ? reviewReport(review, seconds) : undefined,
    firstReview:
      review?.kind === "verdict" || review?.kind === "no-verdict" ? firstReview(look, review) : undefined,
  };
}

type Judged = NewVerdict | KnownVerdict;

function reviewReport(review: Judged, seconds: number): NonNullable<StopReport["review"]> {
  const { verdict, findings, coverage } = review;
  const shared = { verdict, findings, coverage, seconds };
  if (review.kind === "known") {
    const { model, receipt } = review.from;
    return { ...shared, model: model ?? "the reviewer", tokens: 0, known: receipt };
  }
  const { usage, model } = review.record;
  const tokens = (usage?.input ?? 0) + (usage?.output ?? 0);
  return { ...shared, model: model ?? "the reviewer", tokens };
}

/** The store belongs to one repository, so a file in it remembers that the user was told. */
function firstReview(
  look: Ending["look"],
  { record }: Extract<Review, { record: object }>,
): StopReport["firstReview"] {
  if (look === undefined || !writeOnce(join(look.tree.store.directory, "announced"), "")) return undefined;
  return { provider: record.modelProvider ?? "the model provider" };
}

function withNotices(output: StopOutput, notices: readonly string[]): StopOutput {
  const systemMessage = [...notices, output.systemMessage ?? ""].filter((line) => line !== "").join("\n");
  return systemMessage === "" ? output : { ...output, systemMessage };
}
