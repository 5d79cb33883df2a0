import * as z from "zod/mini";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { type CodexFailure, CodexFault } from "#codex/fault.ts";
import { ErrorNotice, ItemNotice, ThreadNotice, type Turn, TurnCompletedNotice } from "#codex/protocol.ts";
import { type PatienceLimits, patience, REVIEW_PATIENCE } from "./patience.ts";
import { turnFailure } from "./turn-failure.ts";
import { type RecordWatch, watchRecord } from "./turn-on-record.ts";
import { EMPTY_RECORD, recordNotice, type TurnRecord } from "./turn-record.ts";

/** One turn, seen through the notifications of its thread. */
export type TurnWatch = {
  /** Says which turn is meant. Notifications that came before are looked at then. */
  name(turnId: string): void;
  /** Resolves when the turn has ended, however it did. */
  readonly ended: Promise<Turn>;
  /** Resolves when the turn has ended, and with it every command that it was seen to begin. */
  readonly atRest: Promise<void>;
  /** Aborted, with a `CodexFault` as its reason, when it makes no sense to wait for the end. */
  readonly trouble: AbortSignal;
  record(): TurnRecord;
  /** Whether anything of the turn came from the model or its provider, be it an error. */
  heard(): boolean;
  /** What Codex waits out at the moment, to try again. */
  waitingOut(): CodexFailure | undefined;
  stop(): void;
};

/** How a turn is watched, where that is not as for a review of the gate. */
export type TurnWatching = {
  readonly limits?: PatienceLimits;
  /** Called with every notification of the turn once it has a name. */
  readonly onNotice?: (notice: Notification) => void;
  /**
   * Every turn of the thread belongs to the one that is named. Codex's own review runs as a turn of another
   * thread, of which some is told under an id that nobody was given.
   */
  readonly wholeThread?: boolean;
};

/** What the server asks instead of tells; with approvals off none of it should ever come. */
const ASKS =
  /(?:requestApproval|requestUserInput|elicitation\/request|item\/tool\/call|applyPatchApproval|execCommandApproval)$/;

/** What the server says of a turn before the model has said anything. */
const OWN_WORDS = ["turn/started", "turn/completed"];

type Watched = {
  readonly server: AppServer;
  readonly threadId: string;
  readonly watching: TurnWatching;
  turnId: string | undefined;
  early: Notification[];
  record: TurnRecord;
  unreachable: number;
  heard: boolean;
  waitingOut: CodexFailure | undefined;
  onRecord: RecordWatch | undefined;
  timer: NodeJS.Timeout | undefined;
  readonly trouble: AbortController;
  readonly end: (turn: Turn) => void;
  readonly rest: () => void;
};

/**
 * Watches the turn that is about to be started on a thread. On a shared server notifications of
 * other threads arrive too, and one thread may have other turns: both are left out.
 */
export function watchTurn(server: AppServer, threadId: string, watching: TurnWatching = {}): TurnWatch {
  let end: (turn: Turn) => void = () => undefined;
  const ended = new Promise<Turn>((resolve) => {
    end = resolve;
  });
  let rest: () => void = () => undefined;
  const atRest = new Promise<void>((resolve) => {
    rest = resolve;
  });
  const watched: Watched = {
    server,
    threadId,
    watching,
    turnId: undefined,
    early: [],
    record: EMPTY_RECORD,
    unreachable: 0,
    heard: false,
    waitingOut: undefined,
    onRecord: undefined,
    timer: undefined,
    trouble: new AbortController(),
    end,
    rest,
  };
  const silence = server.listen((notice) => {
    const about = z.safeParse(ThreadNotice, notice.params).data;
    if (about?.threadId === threadId) hear(watched, notice, about.turn?.id ?? about.turnId ?? undefined);
  });
  return {
    name: (turnId) => name(watched, turnId),
    ended,
    atRest,
    trouble: watched.trouble.signal,
    record: () => watched.record,
    heard: () => watched.heard,
    waitingOut: () => watched.waitingOut,
    stop() {
      silence();
      watched.onRecord?.stop();
      clearTimeout(watched.timer);
    },
  };
}

function name(watched: Watched, turnId: string): void {
  watched.turnId = turnId;
  watched.onRecord = watchRecord(watched.server, { threadId: watched.threadId, turnId }, (turn) =>
    endWatched(watched, turn),
  );
  const early = watched.early;
  watched.early = [];
  for (const notice of early) {
    const about = z.parse(ThreadNotice, notice.params);
    hear(watched, notice, about.turn?.id ?? about.turnId ?? undefined);
  }
}

function hear(watched: Watched, notice: Notification, turnId: string | undefined): void {
  if (ASKS.test(notice.method)) {
    giveUp(watched, { kind: "approval-asked", method: notice.method });
  } else if (watched.turnId === undefined) {
    watched.early.push(notice);
  } else if (isMeant(watched, notice, turnId)) {
    follow(watched, notice);
  }
}

/** A turn ends with the end of the one that was named, whatever else is told. */
function isMeant(
  { turnId, watching }: Watched,
  { method }: Notification,
  about: string | undefined,
): boolean {
  return about === turnId || (watching.wholeThread === true && method !== "turn/completed");
}

function follow(watched: Watched, notice: Notification): void {
  clearTimeout(watched.timer);
  try {
    watched.watching.onNotice?.(notice);
    watched.heard ||= isOfModel(notice);
    if (notice.method === "error") {
      weigh(watched, z.parse(ErrorNotice, notice.params));
    } else if (notice.method === "turn/completed") {
      endWatched(watched, z.parse(TurnCompletedNotice, notice.params).turn);
    } else {
      watched.unreachable = 0;
      watched.waitingOut = undefined;
      watched.record = recordNotice(watched.record, notice);
      restIfStill(watched);
      if (watched.record.message !== undefined) watched.onRecord?.postpone();
    }
  } catch (error) {
    giveUp(watched, { kind: "protocol", method: notice.method, detail: String(error) });
  }
}

function endWatched(watched: Watched, turn: Turn): void {
  watched.record = { ...watched.record, isOver: true };
  watched.end(turn);
  restIfStill(watched);
}

function restIfStill({ record, rest }: Watched): void {
  if (record.isOver && record.leftRunning.every(({ gone }) => gone)) rest();
}

/** The prompt is the turn's first item, and comes back as one. */
function isOfModel({ method, params }: Notification): boolean {
  if (OWN_WORDS.includes(method)) return false;
  return z.safeParse(ItemNotice, params).data?.item.type !== "userMessage";
}

/** Without `willRetry` the turn's own end follows, and carries the same error. */
function weigh(watched: Watched, { error, willRetry }: z.output<typeof ErrorNotice>): void {
  if (!willRetry) return;
  const now = Date.now();
  const failure = turnFailure(error, now);
  watched.waitingOut = failure;
  watched.unreachable = failure.kind === "provider-unreachable" ? watched.unreachable + 1 : 0;
  const limits = watched.watching.limits ?? REVIEW_PATIENCE;
  const decision = patience({ failure, unreachable: watched.unreachable, now }, limits);
  if (decision.kind === "give-up") giveUp(watched, failure);
  if (decision.kind === "wait") watched.timer = setTimeout(() => giveUp(watched, failure), decision.ms);
}

function giveUp(watched: Watched, failure: CodexFailure): void {
  if (!watched.trouble.signal.aborted) watched.trouble.abort(new CodexFault(failure));
}
