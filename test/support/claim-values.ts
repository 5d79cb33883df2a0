import type { KnownThread, SeenEvidence, SeenRun } from "#audit/claims/seen-run.ts";
import type { ClaimPlace, CodexCall, CodexClaim, Delegations } from "#claude/delegations/delegation.ts";

const WORK = "/work";
const SESSION = "5e55";
/** The second of the session at which the first thing is said. */
const START = Date.UTC(2026, 0, 2, 3);

type Claim<K extends CodexClaim["kind"]> = Extract<CodexClaim, { kind: K }>;

/** That many seconds into the session, in epoch milliseconds. */
export function at(second: number): number {
  return START + second * 1_000;
}

export function placeAt(second: number | undefined, agent?: string): ClaimPlace {
  const time = second === undefined ? undefined : at(second);
  return { file: "/t.jsonl", line: (second ?? 0) + 1, uuid: undefined, agent, at: time };
}

/** A call of `codex exec 'review the counter'` that took five seconds. */
export function callClaim(
  second: number,
  own: Partial<Omit<Claim<"call">, "call" | "kind">> & { readonly call?: Partial<CodexCall> } = {},
): Claim<"call"> {
  const { call, ...rest } = own;
  return {
    kind: "call",
    place: placeAt(second),
    via: "bash",
    text: "codex exec 'review the counter'",
    call: {
      program: "codex",
      verb: "exec",
      prompt: { kind: "known", pieces: ["review the counter"], whole: true },
      resumes: undefined,
      folder: WORK,
      home: undefined,
      ephemeral: false,
      repeats: false,
      detached: false,
      elsewhere: false,
      ...call,
    },
    end: { kind: "ended" },
    endedAt: at(second + 5),
    threads: [],
    output: "",
    ...rest,
  };
}

/** The turn of `codex exec 'review the counter'` that began at that second. */
export function seenRun(second: number, own: Partial<SeenRun> = {}): SeenRun {
  const thread = own.thread ?? `thread-${second}`;
  return {
    id: `${thread}/turn-${second}`,
    thread,
    rollout: `/home/.codex/sessions/${thread}.jsonl`,
    began: at(second),
    ended: at(second + 1),
    cwd: WORK,
    source: "exec",
    originator: "codex_exec",
    parent: undefined,
    prompts: ["review the counter"],
    answer: "LGTM: the counter is right.",
    end: "completed",
    detail: "",
    record: undefined,
    receipt: undefined,
    forged: false,
    ...own,
  };
}

export function knownThread(thread: string, second: number): KnownThread {
  return {
    thread,
    rollout: `/home/.codex/sessions/${thread}.jsonl`,
    began: at(second),
    lastTurn: at(second),
  };
}

export function seenEvidence(runs: readonly SeenRun[], own: Partial<SeenEvidence> = {}): SeenEvidence {
  const home = { path: "/home/.codex", why: ["the user's own"], state: "read", detail: "" } as const;
  return { runs, threads: [], homes: [home], ...own };
}

/** A session of 100 seconds that says this. */
export function saidBy(claims: readonly CodexClaim[], own: Partial<Delegations> = {}): Delegations {
  return {
    transcript: "/t.jsonl",
    session: SESSION,
    claims,
    mentions: [],
    damage: [],
    folders: [WORK],
    prompts: [at(0)],
    agents: new Map(),
    from: at(0),
    to: at(100),
    lines: 10,
    leftOut: 0,
    ...own,
  };
}

export function proseClaim(second: number | undefined, threads: readonly string[] = []): Claim<"prose"> {
  return { kind: "prose", place: placeAt(second), sentences: ["Codex reviewed this."], threads, final: true };
}

export function agentClaim(second: number, own: Partial<Claim<"agent">> = {}): Claim<"agent"> {
  return {
    kind: "agent",
    place: placeAt(second),
    agentId: "a1",
    type: "codex:codex-rescue",
    description: "Codex review",
    said: [],
    answer: "",
    denied: undefined,
    uses: 0,
    denials: [],
    endedAt: at(second + 10),
    ...own,
  };
}

export function fileClaim(second: number, own: Partial<Claim<"file">> = {}): Claim<"file"> {
  return {
    kind: "file",
    place: placeAt(second),
    path: "/work/codex-review.md",
    by: "tool",
    looksLike: "report",
    text: "# Review\nLGTM: the counter is right.\n",
    end: { kind: "ended" },
    ...own,
  };
}

export function commandClaim(second: number): Claim<"command"> {
  return { kind: "command", place: placeAt(second), via: "slash", name: "codex:review", text: "" };
}
