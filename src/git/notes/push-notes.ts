import { setTimeout as delay } from "node:timers/promises";
import type { ObjectId } from "#base/ids.ts";
import { whyNot } from "#git/clone/remote-head.ts";
import { withoutCredentials } from "#git/clone/remote-place.ts";
import { insideStore } from "#git/git-place.ts";
import { askGit, gitFailed, runGit } from "#git/run-git.ts";
import { addNotes } from "./add-notes.ts";
import { fetchNotes, seenRef } from "./fetch-notes.ts";
import { NOTES_REF } from "./notes-ref.ts";
import type { NoteLine } from "./read-notes.ts";
import { remoteNotesPlace, type SharedNotes } from "./remote-notes-place.ts";

export type PushedNotes =
  /** `attempts`: how often somebody else was faster, and once more. */
  | { readonly kind: "pushed"; readonly commit: ObjectId; readonly attempts: number }
  /** The remote has them all. */
  | { readonly kind: "nothing-new" }
  | { readonly kind: "not-answered"; readonly detail: string }
  /** The remote took the objects and not the ref: a hook, or a rule of its server. */
  | { readonly kind: "refused"; readonly detail: string }
  /** Others were faster each time. */
  | { readonly kind: "outrun"; readonly attempts: number };

const MOST_ATTEMPTS = 30;
const PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Adds the lines to the notes of a remote. What is there is fetched first, and the push goes through only
 * while nothing else came between (git-push(1), `--force-with-lease`); else all of it is done again. So of
 * several that push at once none takes anything away. Asks for no password.
 *
 * @throws GitFault `git-missing`.
 */
export async function pushNotes(
  shared: SharedNotes,
  lines: readonly NoteLine[],
  signal: AbortSignal,
): Promise<PushedNotes> {
  try {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const pushed = await tryOnce(shared, lines, signal);
      if (pushed.kind !== "overtaken")
        return pushed.kind === "taken"
          ? { kind: "pushed", commit: pushed.commit, attempts: attempt }
          : pushed;
      await delay(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * attempt) * (0.5 + Math.random()));
    }
    return { kind: "outrun", attempts: MOST_ATTEMPTS };
  } catch (error) {
    return { kind: "not-answered", detail: whyNot(error) };
  }
}

type Attempt =
  | { readonly kind: "taken"; readonly commit: ObjectId }
  | { readonly kind: "overtaken" }
  | Extract<PushedNotes, { readonly kind: "nothing-new" | "not-answered" | "refused" }>;

async function tryOnce(
  shared: SharedNotes,
  lines: readonly NoteLine[],
  signal: AbortSignal,
): Promise<Attempt> {
  const fetched = await fetchNotes(shared, signal);
  if (fetched.kind === "not-answered") return fetched;
  const there = fetched.kind === "fetched" ? fetched.commit : undefined;
  const commit = await addNotes(shared.store, there, lines, signal);
  if (commit === undefined) return { kind: "nothing-new" };
  const lease = `--force-with-lease=${NOTES_REF}:${there ?? ""}`;
  const words = [
    "push",
    "--porcelain",
    "--no-verify",
    "--no-follow-tags",
    "--no-signed",
    "--recurse-submodules=no",
    lease,
    "--",
    shared.remote.pushUrl,
    `${commit}:${NOTES_REF}`,
  ];
  const answer = await askGit(remoteNotesPlace(shared), { arguments: words }, signal);
  if (answer.exitCode === 0) {
    await runGit(insideStore(shared.store), { arguments: ["update-ref", seenRef(shared), commit] }, signal);
    return { kind: "taken", commit };
  }
  const refusal = refusalIn(answer.output.toString("utf8"));
  if (refusal === undefined) throw gitFailed({ arguments: words }, answer);
  return isRace(refusal) ? { kind: "overtaken" } : { kind: "refused", detail: withoutCredentials(refusal) };
}

/** `!<TAB>FROM:TO<TAB>[rejected] (WHY)`, or `[remote rejected] (WHY)` (git-push(1), "Output"). */
function refusalIn(output: string): string | undefined {
  const line = output.split("\n").find((one) => one.startsWith("!\t"));
  return line?.split("\t")[2];
}

/** Somebody else moved the ref after we looked, or is moving it now. */
function isRace(refusal: string): boolean {
  return /^\[rejected\]|lock|incorrect old value|failed to update ref|already exists|fetch first/i.test(
    refusal,
  );
}
