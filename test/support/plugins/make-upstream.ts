import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommitSpec, type FileSpec, parentLabel, type RepositorySpec } from "./repository-spec.ts";

/** A bare repository that a test made, as a host of git repositories serves it. */
export type Upstream = {
  readonly spec: RepositorySpec;
  /** The bare repository. */
  readonly path: string;
  /** The full name of the commit with that label. */
  readonly commit: (label: string) => string;
  /** Runs git in it and returns its output without the last line break. */
  readonly git: (...words: readonly string[]) => string;
};

/** When the first commit was made, in seconds; each later one is a minute younger. */
const BEGINNING = 1_760_000_000;

/**
 * Makes the bare repository `<folder>/<name>.git` with the whole history in one run of git fast-import,
 * so thousands of commits cost little. Equal specs give equal commits: author, times and texts are fixed.
 */
export function makeUpstream(folder: string, spec: RepositorySpec): Upstream {
  const path = join(folder, `${spec.name}.git`);
  mkdirSync(path, { recursive: true });
  runGit(path, ["init", "--quiet", "--bare", "--initial-branch=main"]);
  runGit(path, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
  runGit(
    path,
    ["fast-import", "--quiet", "--force", "--done", "--export-marks=marks"],
    historyStream(spec.commits),
  );
  const names = readMarks(readFileSync(join(path, "marks"), "utf8"));
  return {
    spec,
    path,
    commit: (label) => {
      const name = names.get(spec.commits.findIndex((commit) => commit.label === label) + 1);
      if (name === undefined) throw new Error(`${spec.name} has no commit ${label}`);
      return name;
    },
    git: (...words) => runGit(path, words),
  };
}

/** Returns the full name that a commit will have, before its repository is laid out: for pins in manifests. */
export function commitName(spec: RepositorySpec, label: string): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-upstream-"));
  try {
    return makeUpstream(folder, spec).commit(label);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs git without any configuration of the machine, as a made-up person. Throws on failure. */
export function runGit(directory: string, words: readonly string[], input?: Uint8Array): string {
  const output = execFileSync("git", ["-c", "protocol.file.allow=always", ...words], {
    cwd: directory,
    encoding: "utf8",
    input: input ?? "",
    stdio: ["pipe", "pipe", "pipe"],
    maxBuffer: 256 * 1024 * 1024,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: directory,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Lab",
      GIT_AUTHOR_EMAIL: "lab@example.invalid",
      GIT_COMMITTER_NAME: "Lab",
      GIT_COMMITTER_EMAIL: "lab@example.invalid",
    },
  });
  return output.replace(/\n$/, "");
}

/** The input language of git-fast-import(1). */
function historyStream(commits: readonly CommitSpec[]): Uint8Array {
  const pieces = commits.flatMap((commit, index) => {
    const parent = parentLabel(commits, index);
    const mark = commits.findIndex(({ label }) => label === parent) + 1;
    return [
      Buffer.from(`reset refs/heads/main\ncommit refs/heads/main\nmark :${index + 1}\n`),
      Buffer.from(`committer Lab <lab@example.invalid> ${BEGINNING + 60 * index} +0000\n`),
      counted(Buffer.from(commit.label)),
      Buffer.from(mark === 0 ? "" : `from :${mark}\n`),
      ...Object.entries(commit.files).flatMap(([path, file]) => changeStream(path, file)),
    ];
  });
  return Buffer.concat([...pieces, Buffer.from("done\n")]);
}

function changeStream(path: string, file: FileSpec | null): readonly Uint8Array[] {
  const quoted = JSON.stringify(path);
  if (file === null) return [Buffer.from(`D ${quoted}\n`)];
  return [Buffer.from(`M ${modeOf(file)} inline ${quoted}\n`), counted(contentOf(file))];
}

function modeOf(file: FileSpec): string {
  if (typeof file === "string" || "bytes" in file) return "100644";
  return "executable" in file ? "100755" : "120000";
}

function contentOf(file: FileSpec): Uint8Array {
  if (typeof file === "string") return Buffer.from(file);
  if ("bytes" in file) return file.bytes;
  return Buffer.from("executable" in file ? file.executable : file.linkTo);
}

function counted(content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`data ${content.length}\n`), content, Buffer.from("\n")]);
}

function readMarks(text: string): ReadonlyMap<number, string> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [mark = "", name = ""] = line.split(" ");
        return [Number(mark.slice(1)), name] as const;
      }),
  );
}
