import * as z from "zod/mini";
import { CommandItem } from "#codex/protocol.ts";

/** What Codex's own parser says that a command does, as far as it understands shell; `unknown` is left out. */
type CommandAction = {
  readonly type: "read" | "listFiles" | "search";
  /** Absolute for what is read; as it was written, relative to the command's folder, for the others. */
  readonly path: string | undefined;
};

/** One command that the reviewer ran. `exitCode` is absent where it never ran to an end. */
export type TurnCommand = {
  readonly command: string;
  /** Where it began; empty where Codex does not say. */
  readonly cwd: string;
  readonly exitCode: number | undefined;
  readonly status: string;
  readonly actions: readonly CommandAction[];
  /** One of its programs said that it could not open something: what it was to read may be unread. */
  readonly complained: boolean;
  /** The sandbox itself failed, so that the command saw nothing. */
  readonly sandboxFailed: boolean;
  /** It was run for another client of the thread, which Codex does without any sandbox. */
  readonly outsideSandbox: boolean;
};

/** The words of bubblewrap, of Codex's own Linux helper and of macOS when a sandbox cannot start. */
const SANDBOX_FAILED = /^(?:bwrap|sandbox-exec|codex-linux-sandbox)(?:\[\d+\])?: /m;

/** How programs word it: "cat: .env: Permission denied". A denied read is no failure of the sandbox. */
const COMPLAINT =
  /: (?:Permission denied|Operation not permitted|No such file or directory|Is a directory)$/m;

/** What `thread/shellCommand` leaves behind: "This runs unsandboxed with full access" (Codex's own schema). */
const RUN_FOR_A_CLIENT = "userShell";

const Action = z.looseObject({
  type: z.enum(["read", "listFiles", "search"]),
  path: z.nullish(z.string()),
});

/** Returns what a `commandExecution` item tells. */
export function turnCommand(item: unknown): TurnCommand {
  const { command, cwd, status, exitCode, source, ...rest } = z.parse(CommandItem, item);
  const output = rest.aggregatedOutput ?? "";
  return {
    command,
    cwd: cwd ?? "",
    status,
    exitCode: exitCode ?? undefined,
    actions: (rest.commandActions ?? []).flatMap(knownAction),
    complained: COMPLAINT.test(output),
    sandboxFailed: status === "failed" && isSandboxFailure(output),
    outsideSandbox: source === RUN_FOR_A_CLIENT,
  };
}

/** Returns whether what a failed command printed are the words of a sandbox that could not start. */
export function isSandboxFailure(output: string): boolean {
  return SANDBOX_FAILED.test(output);
}

/** A kind of action that is not known here proves nothing, and is no reason to lose the review. */
function knownAction(raw: unknown): readonly CommandAction[] {
  const action = z.safeParse(Action, raw).data;
  return action === undefined ? [] : [{ type: action.type, path: action.path ?? undefined }];
}
