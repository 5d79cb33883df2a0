import { errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { SessionStartInput } from "#claude/hook-input.ts";
import type { SessionStartOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { takeLease } from "#codex/server/lease.ts";
import { prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import { failureOf } from "#commands/failure-of.ts";
import { isPaused } from "#commands/review/due-reviewer.ts";
import { sessionsAtWork } from "#commands/sessions-at-work.ts";
import { settingsNews } from "#commands/watch/watched-files.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import type { Pinned, Session } from "#runs/sessions/session.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { withSeen } from "#runs/sessions/session-trees.ts";
import { refuseByHand } from "./by-hand.ts";
import { codexServer } from "./codex-server.ts";
import type { HookCall } from "./hook-call.ts";
import { type FirstBaseline, newSession } from "./new-session.ts";
import { configToPin, modeOf } from "./pinned-config.ts";
import { readHookInput } from "./read-hook-input.ts";
import { recordNotices } from "./record-notices.ts";
import { sayUnsigned } from "./say-unsigned.ts";
import { watchedTree } from "./watched-tree.ts";

/**
 * A session start waits for its hooks, and the host ends them after 30 s. A machine under load takes its
 * time for git too. What does not fit is taken at the first stop instead.
 */
export const BASELINE_BUDGET_MS = 12_000;
/** To ask `codex` for its version takes milliseconds; one that hangs must not hold the session up. */
const PREWARM_BUDGET_MS = 2_000;
const LOCK_PATIENCE_MS = 3_000;

/** Sources with which a session that is known begins anew in a process of the host, under the configuration of then. */
const PINNED_ANEW = ["resume", "fork"];

/**
 * Begins or continues a session: lease, server, baseline, and the session's file. A start that
 * cannot be put on record is said; the first stop then begins the session.
 */
export async function beginSession(call: HookCall): Promise<SessionStartOutput> {
  const reading = readHookInput("SessionStart", call);
  if (reading.kind === "bad-input") {
    return {
      systemMessage: `Countersign: the host's session start could not be read (${reading.detail}); the first stop will take a baseline instead.`,
    };
  }
  const { input } = reading;
  try {
    return (await refuseByHand(call, "SessionStart", input)) ?? (await begin(call, input));
  } catch (error) {
    const what = failureMessage(failureOf(error));
    return {
      systemMessage: `Countersign: this session's start is not on record. ${what} The gate stays as it is configured; the first stop takes a baseline.`,
    };
  }
}

async function begin(call: HookCall, input: SessionStartInput): Promise<SessionStartOutput> {
  const pinned = pinnedNow(call, input);
  const { pid } = readHostEnvironment(call.environment);
  const isOn = modeOf({ pinned }) !== "off";
  // Also where the gate is off: by its lease a session is known to live, for `countersign on` to reach it.
  const leased = pid !== undefined && takeLease(call.locations.leases, input.session_id, pid);
  const [fresh] = await Promise.all([
    isOn ? firstBaseline(call, input) : { baselineMissing: "the gate was off" },
    isOn && pinned.config.prewarm && pinned.config.send ? prewarm(call, pinned) : undefined,
  ]);
  const change = await changeSession(
    call.locations,
    input.session_id,
    (known) => begun({ call, input, pinned, leased, known }, fresh),
    AbortSignal.any([call.signal, AbortSignal.timeout(LOCK_PATIENCE_MS)]),
  );
  const root = change.session?.baseline?.root;
  const live = new Set([
    input.session_id,
    ...sessionsAtWork(call.locations, call.askedAt).map((one) => one.session_id),
  ]);
  const warnings = [
    ...pinned.warnings,
    ...(await settingsNews(call, { cwd: input.cwd, by: "session-start", isOn })),
    ...(isOn && root !== undefined ? await sayUnsigned(call, { root, live }, call.signal) : []),
    ...recordNotices(change, "what this session does from now on is watched"),
  ];
  return warnings.length === 0 ? {} : { systemMessage: `Countersign: ${warnings.map(oneLine).join(" ")}` };
}

/**
 * Compaction happens within one process of the host: what was pinned at its start goes on to hold. So
 * it does for a second `startup` or `clear`, which the host reports of fresh ids only (2.1.330).
 */
function pinnedNow(call: HookCall, input: SessionStartInput): Pinned {
  const read = readSession(call.locations, input.session_id);
  const known = read.kind === "session" ? read.session.pinned : undefined;
  if (known !== undefined && !PINNED_ANEW.includes(input.source ?? "")) return known;
  return configToPin(call, input.cwd, known?.config);
}

type Beginning = {
  readonly call: HookCall;
  readonly input: SessionStartInput;
  readonly pinned: Pinned;
  readonly leased: boolean;
  readonly known: Session | undefined;
};

/** Starting is only sped up here: what is wrong with Codex is said by the stop that needs it. */
async function prewarm(call: HookCall, pinned: Pinned): Promise<void> {
  try {
    if (isPaused(call, pinned.config)) return;
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PREWARM_BUDGET_MS)]);
    prewarmAppServer(await codexServer(call, pinned.config, signal));
  } catch {
    return;
  }
}

async function firstBaseline(call: HookCall, input: SessionStartInput): Promise<FirstBaseline> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(BASELINE_BUDGET_MS)]);
  try {
    const tree = await watchedTree(call.locations, input.cwd, signal);
    if (tree === undefined) return { baselineMissing: "no git repository" };
    const at = new Date().toISOString();
    const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
    const until = new Date().toISOString();
    const { root } = tree.repository;
    const takenAt = call.askedAt.toISOString();
    return {
      baseline: { root, store: tree.store.directory, snapshot, takenAt, why: "start" },
      state: { tree: snapshot.tree, fingerprint: fingerprintOf(snapshot), at, until },
    };
  } catch (error) {
    return {
      baselineMissing: signal.aborted ? `over ${BASELINE_BUDGET_MS / 1_000} s` : oneLine(errorText(error)),
    };
  }
}

/** What changed while nobody worked lies before the state that is seen now. */
function continued(session: Session, { baseline, baselineMissing, state }: FirstBaseline): Session {
  const first = session.baseline === undefined && session.elsewhere.length === 0;
  const watched =
    first && baseline !== undefined
      ? { baseline, watchedSince: baseline.takenAt }
      : first && baselineMissing !== undefined
        ? { baselineMissing }
        : {};
  const next = { ...session, ...watched };
  return baseline === undefined || state === undefined ? next : withSeen(next, baseline.root, state);
}

/** What a fork owes is looked for at its first stop, which a compaction or a resume may come before. */
function forkToContinue({ source, receipts }: Session): Partial<Pick<Session, "source">> {
  return source === "fork" && receipts.count === 0 ? { source } : {};
}

function begun({ call, input, pinned, leased, known }: Beginning, fresh: FirstBaseline): Session {
  const source = input.source ?? "unknown";
  const { transcript_path: transcript } = input;
  const here = {
    source,
    cwd: input.cwd,
    pinned,
    leased,
    ...(transcript === undefined ? {} : { transcript }),
  };
  // Whatever the source is said to be: what a known session has not had signed is not forgotten.
  if (known !== undefined) return continued({ ...known, ...here, ...forkToContinue(known) }, fresh);
  return newSession(call, { ...here, transcript, session_id: input.session_id, receipts: undefined }, fresh);
}
