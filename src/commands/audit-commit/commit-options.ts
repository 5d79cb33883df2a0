import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Call, type OptionDescription, UsageFault } from "#commands/command.ts";
import { excluding } from "#gate/scope/barred.ts";
import { anyFolder } from "#git/git-place.ts";
import type { Repository } from "#git/repository.ts";
import { askGit } from "#git/run-git.ts";

/** The options of `audit verify <commit> --base <ref>`. */
export const COMMIT_OPTIONS = {
  base: {
    type: "string",
    value: "REF",
    help: "verify a commit: whether each path that changed since it left this one was signed",
  },
  "allowed-signers": {
    type: "string",
    value: "FILE",
    help: "with --base: only notes signed by these keys count; else git's own file, or `none` for any",
  },
  strict: { type: "boolean", help: "with --base: the same lines between other contents do not count" },
  ignore: { type: "string", value: "GLOBS", help: "with --base: paths to leave out, separated by commas" },
} as const satisfies Readonly<Record<string, OptionDescription>>;

/** What was asked of a commit. */
export type CommitQuestion = {
  readonly tip: string;
  readonly base: string;
  readonly strict: boolean;
  readonly ignores: (path: string) => boolean;
  /** The file of allowed signers; null where notes count without a signature. */
  readonly signers: string | null;
};

/**
 * Returns what the words ask. A configuration in the repository has no say in what is left out: the
 * commit that is verified could bring it along.
 *
 * @throws UsageFault, or GitFault.
 */
export async function commitQuestion(
  call: Call,
  repository: Repository,
  signal: AbortSignal,
): Promise<CommitQuestion> {
  const base = call.texts.get("base");
  if (base === undefined) throw usage("--base is missing; it names what the commit is compared with");
  const globs = (call.texts.get("ignore") ?? "").split(",").filter((glob) => glob.trim() !== "");
  return {
    tip: call.positionals[0] ?? "HEAD",
    base,
    strict: call.flags.has("strict"),
    ignores: excluding(globs.map((glob) => glob.trim())),
    signers: await signersFile(call, repository, signal),
  };
}

async function signersFile(call: Call, repository: Repository, signal: AbortSignal): Promise<string | null> {
  const named = call.texts.get("allowed-signers") ?? (await configured(repository, signal));
  if (named === undefined || named === "none") return null;
  const path = resolve(call.cwd, named);
  if (existsSync(path)) return path;
  throw usage(
    `there is no file of allowed signers at ${path}; \`--allowed-signers none\` asks for no signatures`,
  );
}

/** Where git itself looks for them, for the signatures of commits (git-config(1), `gpg.ssh.allowedSignersFile`). */
async function configured(repository: Repository, signal: AbortSignal): Promise<string | undefined> {
  const words = ["config", "--type=path", "--get", "gpg.ssh.allowedSignersFile"];
  const { exitCode, output } = await askGit(anyFolder(repository.root), { arguments: words }, signal);
  const path = output.toString("utf8").trim();
  return exitCode === 0 && path !== "" ? resolve(repository.root, path) : undefined;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `audit verify: ${text}` });
}
