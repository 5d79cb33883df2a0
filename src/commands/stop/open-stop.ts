import type { SessionId } from "#base/ids.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { takeLease } from "#codex/server/lease.ts";
import { newSession } from "#commands/hooks/new-session.ts";
import { configOf, modeOf } from "#commands/hooks/pinned-config.ts";
import { recordNotices } from "#commands/hooks/record-notices.ts";
import { settingsNews } from "#commands/watch/watched-files.ts";
import { roundsFor } from "#gate/stop/rounds.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { answerRequests } from "./answer-requests.ts";
import { continueFork } from "./continue-fork.ts";
import { recordedElsewhere } from "./recorded-elsewhere.ts";
import type { StopCase, StopOpening } from "./stop-case.ts";

/**
 * Gathers what is known when a Stop begins. A session without a record (hooks registered while it
 * ran, or a record that could not be read) gets one here, and what was asked of it is answered.
 *
 * @throws LockFault, StateFault
 */
export async function openStop(opening: StopOpening, signal: AbortSignal): Promise<StopCase> {
  const { call, input, pinned, receiptsBefore, beforeReview, awaitLast } = opening;
  const id: SessionId = input.session_id;
  const { pid } = readHostEnvironment(call.environment);
  const moved = recordedElsewhere(call, id);
  const leased = pid !== undefined && takeLease(call.locations.leases, id, pid);
  const change = await changeSession(
    call.locations,
    id,
    (known) => ({ ...(known ?? lateSession(opening, leased)), ...transcriptOf(input) }),
    signal,
  );
  const { session } = change;
  const fork = await continueFork(call.locations, session ?? lateSession(opening, leased), signal);
  const known = fork.session;
  const answered = await answerRequests(call, input, known, signal);
  const standing = answered.session;
  return {
    call,
    input,
    session: standing,
    config: configOf(standing),
    rounds: roundsFor(standing.prompt, {
      promptId: input.prompt_id,
      stopHookActive: input.stop_hook_active === true,
    }),
    followed: undefined,
    beforeReview,
    awaitLast,
    meanwhile: known.receipts.count > receiptsBefore,
    notices: [
      ...moved,
      ...(await watchNews(opening, standing)),
      ...recordNotices(change, "a new baseline is taken now").map((line) => `Countersign: ${line}`),
      ...(session === undefined || standing.receipts.count > 0
        ? []
        : pinned.warnings.map((line) => `Countersign: ${line}`)),
      ...fork.notices,
      ...answered.notices,
    ],
  };
}

async function watchNews({ call, input }: StopOpening, session: Session): Promise<readonly string[]> {
  const look = { cwd: input.cwd, by: "stop", isOn: modeOf(session) !== "off" } as const;
  return (await settingsNews(call, look)).map((line) => `Countersign: ${line}`);
}

function transcriptOf({ transcript_path }: StopOpening["input"]): Pick<Session, "transcript"> {
  return transcript_path === undefined ? {} : { transcript: transcript_path };
}

function lateSession({ call, input, pinned }: StopOpening, leased: boolean): Session {
  const given = {
    session_id: input.session_id,
    source: "unknown",
    cwd: input.cwd,
    transcript: input.transcript_path,
    pinned,
    leased,
    receipts: undefined,
  };
  return newSession(call, given, { baselineMissing: "the session had begun before the gate" });
}
