import { oneLine } from "#base/text.ts";
import { modeOf } from "#commands/hooks/pinned-config.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import type { EffectiveConfig } from "#runs/config/config-files.ts";
import { warningText } from "#runs/config/config-warning.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { lastStop, listReceipts, type ReceiptList } from "#runs/receipts/receipts.ts";
import type { Request } from "#runs/sessions/request.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import type { Session } from "#runs/sessions/session.ts";
import { listSessions, listSetAside } from "#runs/sessions/session-file.ts";
import { type UnsignedWork, unsignedWork } from "#runs/sessions/unsigned-work.ts";
import { listChanges, type SettingsChange } from "#runs/settings-changes.ts";
import type { Call } from "./command.ts";
import { effectiveConfigOf } from "./effective-config.ts";
import { type Readiness, readinessOf } from "./readiness.ts";
import { type ReviewsAhead, reviewsAhead } from "./reviews-ahead.ts";
import { sessionsAtWork } from "./sessions-at-work.ts";

const LAST_DECISIONS = 5;

/** Who switched a session's gate. `transcript`: a person typed it; from an agent's shell only `on` acts at once. */
const SWITCHED_BY: Record<NonNullable<Session["mode"]>["by"], string> = {
  terminal: "switched in a terminal",
  transcript: "typed in the session",
  "agent-shell": "switched on in the agent's shell",
  "no-terminal": "switched by a program",
};

export type LiveSession = { readonly session: Session; readonly mode: string; readonly from: string };

/** What there is to say about the gate in one folder. */
export type Status = {
  readonly readiness: Readiness;
  readonly locations: Locations;
  readonly effective: EffectiveConfig;
  /** Reviews that a person asked for are among them, but are no stop. */
  readonly last: ReceiptList;
  readonly lastStop: StoredReceipt | undefined;
  readonly ahead: ReviewsAhead;
  readonly live: readonly LiveSession[];
  /** Left without a signature in this tree. */
  readonly unsigned: readonly UnsignedWork[];
  /** Requests that no session has answered. */
  readonly open: readonly Request[];
  /** What the hooks hang on was changed, and no person's setup came after. */
  readonly settingsChanges: readonly SettingsChange[];
  readonly warnings: readonly string[];
};

/** Reads it all; nothing is asked or changed, but `codex` is asked for its version. */
export async function findStatus(call: Call): Promise<Status> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const root = workTreeRoot(call.cwd);
  const effective = effectiveConfigOf(call, locations, root);
  const last = await listReceipts(locations, { limit: LAST_DECISIONS });
  const requests = readRequests(locations);
  const changes = listChanges(locations);
  const sessions = sessionsAtWork(locations, call.now).map(liveSession);
  return {
    readiness: await readinessOf(call),
    locations,
    effective,
    last,
    lastStop: await lastStop(locations),
    ahead: reviewsAhead(call, locations, effective.config),
    live: sessions,
    unsigned: root === undefined ? [] : unsignedWork(locations, root),
    open: requests.requests.filter(({ answers }) => answers.length === 0).map(({ request }) => request),
    settingsChanges: changes.changes.filter(({ settled }) => !settled).map(({ change }) => change),
    warnings: [
      ...effective.warnings.map(warningText),
      ...sessions.flatMap(({ session }) => session.pinned.warnings),
      ...listSetAside(locations).map(
        (path) => `a session's file could not be read and was set aside: ${path}`,
      ),
      ...corruptSessions(locations),
      ...last.unreadable.map(({ name, detail }) => `a receipt cannot be read: ${name.path} (${detail})`),
      ...changes.unreadable.map(
        ({ path, detail }) => `a note of a change cannot be read: ${path} (${detail})`,
      ),
      ...requests.unreadable.map(({ path, detail }) => `a request cannot be read: ${path} (${detail})`),
    ].map(oneLine),
  };
}

function corruptSessions(locations: Locations): readonly string[] {
  return listSessions(locations).flatMap(({ read }) =>
    read.kind === "corrupt"
      ? [`a session's file cannot be read: ${read.path} (${read.detail})`]
      : read.kind === "newer"
        ? [`a session's file is of a later version of Countersign (${read.schema}): ${read.path}`]
        : [],
  );
}

function liveSession(session: Session): LiveSession {
  const from = session.mode === undefined ? "pinned at its start" : SWITCHED_BY[session.mode.by];
  return { session, mode: modeOf(session), from };
}
