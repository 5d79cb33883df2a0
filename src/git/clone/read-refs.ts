import { lstatSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import { askGit, runGit } from "#git/run-git.ts";

type Ref = {
  /** As `refs/heads/main`. */
  readonly name: string;
  readonly id: ObjectId;
  /** Of a symbolic ref, the ref that it leads to. */
  readonly leadsTo: string | null;
};

export type Refs = {
  /** In order of their names. Those that name nothing are not among them. */
  readonly refs: readonly Ref[];
  /** Null where HEAD names no commit yet. */
  readonly head: ObjectId | null;
  /** The branch that HEAD is on. */
  readonly branch: string | null;
};

const LIST = { arguments: ["for-each-ref", "--format=%(objectname) %(refname) %(symref)"] };
const HEAD_REF = { arguments: ["symbolic-ref", "--quiet", "HEAD"] };
/** What the file says where refs, HEAD among them, are kept in tables (git's `reftable` format). */
const IN_TABLES = "refs/heads/.invalid";

/**
 * Returns the refs of a clone, and what its HEAD names by the word in its file.
 *
 * @throws GitFault
 */
export async function readRefs(place: GitPlace, headWord: string, signal: AbortSignal): Promise<Refs> {
  const listed = await runGit(place, LIST, signal);
  const refs = listed.toString("utf8").split("\n").flatMap(refOf);
  const word = headWord === IN_TABLES ? await headInTables(place, signal) : headWord;
  const commit = z.safeParse(ObjectId, word);
  if (commit.success) return { refs, head: commit.data, branch: null };
  const head = refs.find(({ name }) => name === word)?.id ?? null;
  // Git passes over a ref that it cannot read; a branch without a commit has no file.
  if (head === null && lstatSync(join(place.directory, word), { throwIfNoEntry: false })?.isFile() === true) {
    throw brokenHead(`${word}, which HEAD names, cannot be read`);
  }
  return { refs, head, branch: word.replace(/^refs\/heads\//, "") };
}

function refOf(line: string): readonly Ref[] {
  const [object = "", name = "", leadsTo = ""] = line.split(" ");
  const id = z.safeParse(ObjectId, object);
  return id.success ? [{ name, id: id.data, leadsTo: leadsTo === "" ? null : leadsTo }] : [];
}

async function headInTables(place: GitPlace, signal: AbortSignal): Promise<string> {
  const branch = await askGit(place, HEAD_REF, signal);
  if (branch.exitCode === 0) return branch.output.toString("utf8").trim();
  return (await runGit(place, { arguments: ["rev-parse", "HEAD"] }, signal)).toString("utf8").trim();
}

function brokenHead(detail: string): GitFault {
  return new GitFault({ kind: "git-failed", command: "git for-each-ref", exitCode: 0, detail });
}
