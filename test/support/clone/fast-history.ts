import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** One commit: its files, by path; `null` removes one. */
export type PlannedCommit = Readonly<Record<string, string | null>>;

/** When the first commit was made, in seconds since 1970; each later one is a minute younger. */
const BEGINNING = 1_760_000_000;

/** Makes a repository with a work tree as of its last commit, in one run of git fast-import(1). */
export function makeHistory(directory: string, commits: Iterable<PlannedCommit>): void {
  mkdirSync(directory, { recursive: true });
  const git = (words: readonly string[], input = "") =>
    execFileSync("git", words, {
      cwd: directory,
      input,
      stdio: ["pipe", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], HOME: directory, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" },
    });
  git(["init", "--quiet", "--initial-branch=main"]);
  git(["fast-import", "--quiet", "--done"], stream(commits));
  git(["reset", "--quiet", "--hard"]);
}

function stream(commits: Iterable<PlannedCommit>): string {
  const pieces: string[] = [];
  let index = 0;
  for (const files of commits) {
    const message = `commit ${index}`;
    pieces.push("commit refs/heads/main\n");
    pieces.push(`committer Lab <lab@example.invalid> ${BEGINNING + 60 * index} +0000\n`);
    pieces.push(`data ${message.length}\n${message}\n`);
    for (const [path, content] of Object.entries(files)) {
      if (content === null) pieces.push(`D ${path}\n`);
      else pieces.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    }
    index += 1;
  }
  return `${pieces.join("")}done\n`;
}
