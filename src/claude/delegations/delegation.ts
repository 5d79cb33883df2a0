/** Where a claim stands. */
export type ClaimPlace = {
  /** The transcript's path. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly uuid: string | undefined;
  /** The sub-agent that made it; `undefined` for the session itself. */
  readonly agent: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number | undefined;
};

/** What of a prompt is known: `pieces` in order, and whether they are all of it. */
export type KnownPrompt =
  | { readonly kind: "known"; readonly pieces: readonly string[]; readonly whole: boolean }
  /** It asks with words of its own, as a review does. */
  | { readonly kind: "own" }
  | { readonly kind: "unknown" };

/** A call of Codex, as it was typed. */
export type CodexCall = {
  /** Through which program: Codex itself, the script of a plugin, a command of ours, or a server's tool. */
  readonly program: "codex" | "companion" | "countersign" | "tool";
  /** `exec`, `exec resume`, `review`, `app-server`, `task`, ... */
  readonly verb: string;
  readonly prompt: KnownPrompt;
  /** The thread that it continues, where it names one by its id; `last` where it continues any other. */
  readonly resumes: string | undefined;
  /** Where Codex would work; `undefined` where that is not known. */
  readonly folder: string | undefined;
  /** The `CODEX_HOME` that it was given. */
  readonly home: string | undefined;
  /** It leaves nothing on disk, because it was asked not to or because this way never does. */
  readonly ephemeral: boolean;
  readonly repeats: boolean;
  /** It goes on, or only begins, after the command that started it has ended. */
  readonly detached: boolean;
  /** In a container or on another machine: what it leaves is not here. */
  readonly elsewhere: boolean;
};

/** How a call ended, as the transcript has it. */
export type CallEnd =
  | { readonly kind: "ended" }
  /** The host did not let it run. */
  | { readonly kind: "denied"; readonly detail: string }
  /** The program was not there, or not to be started. */
  | { readonly kind: "not-started"; readonly detail: string }
  | { readonly kind: "failed"; readonly exitCode: number | undefined; readonly detail: string }
  | { readonly kind: "background" }
  | { readonly kind: "no-result" };

/** One thing in a transcript that says that Codex ran. */
export type CodexClaim = { readonly place: ClaimPlace } & (
  | {
      readonly kind: "call";
      /** `person`: typed behind `!` by a person. */
      readonly via: "bash" | "tool" | "person";
      readonly text: string;
      readonly call: CodexCall;
      readonly end: CallEnd;
      /** Epoch milliseconds; of one in the background only where its end was noticed. */
      readonly endedAt: number | undefined;
      /** Threads that its output names. */
      readonly threads: readonly string[];
      readonly output: string;
    }
  /** A skill or slash command that would have Codex run. */
  | {
      readonly kind: "command";
      readonly via: "skill" | "slash";
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: "agent";
      readonly agentId: string | undefined;
      readonly type: string | undefined;
      readonly description: string;
      /** What in its answer says so. */
      readonly said: readonly string[];
      readonly answer: string;
      /** `undefined` where neither its transcript nor its result tells. */
      readonly uses: number | undefined;
      /** Why the host did not let it be started. */
      readonly denied: string | undefined;
      /** Tools that the host did not let it use. */
      readonly denials: readonly string[];
      readonly endedAt: number | undefined;
    }
  /** `final`: in the last message of a turn. */
  | {
      readonly kind: "prose";
      readonly sentences: readonly string[];
      readonly threads: readonly string[];
      readonly final: boolean;
    }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly by: "tool" | "shell";
      /** What makes it look like Codex's own. */
      readonly looksLike: "rollout" | "output" | "report";
      readonly text: string;
      readonly end: CallEnd;
    }
);

/** A thread that the output of some other tool names: what was read, not run. */
export type ThreadMention = { readonly place: ClaimPlace; readonly thread: string };

/** Something of a transcript that could not be read. */
export type TranscriptDamage = {
  readonly file: string;
  /** Counted from 1; `null` for a file as a whole. */
  readonly line: number | null;
  readonly what: "broken-line" | "long-line" | "cut" | "unreadable" | "empty" | "agent-missing";
  readonly detail: string;
};

/** What a session's transcripts say of Codex. */
export type Delegations = {
  readonly transcript: string;
  readonly session: string | undefined;
  /** By time. */
  readonly claims: readonly CodexClaim[];
  readonly mentions: readonly ThreadMention[];
  readonly damage: readonly TranscriptDamage[];
  /** Absolute folders in which it worked. */
  readonly folders: readonly string[];
  /** When a person said something, in epoch milliseconds. */
  readonly prompts: readonly number[];
  /** The sub-agents, and who started each. */
  readonly agents: ReadonlyMap<string, string | undefined>;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly lines: number;
  /** Claims beyond the most that are kept. */
  readonly leftOut: number;
};
