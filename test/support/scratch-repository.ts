import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real repository in a temporary folder, with a home folder of its own beside it. */
export type ScratchRepository = {
  /** Top of the work tree, a real path. */
  readonly root: string;
  /** Empty; for `HOME`, so that no configuration of the machine's user takes part. */
  readonly home: string;
  /** An empty folder for whatever else a test keeps; goes away with the rest. */
  readonly beside: string;
  /** Runs git at the top and returns its output without the last line break. Throws on failure. */
  readonly git: (...args: readonly string[]) => string;
  /** As `git`, in a folder below the top or anywhere else. */
  readonly gitIn: (directory: string, ...args: readonly string[]) => string;
  /** Writes a file, its folders made as needed; returns its full path. */
  readonly write: (path: string, content: string | Uint8Array) => string;
  /** Commits everything and returns the commit's name. */
  readonly commit: (message: string) => string;
  readonly remove: () => void;
};

export type ScratchOptions = { readonly objectFormat?: "sha1" | "sha256" };

/** Makes an empty repository on branch `main`. The caller removes it. */
export function makeRepository(options: ScratchOptions = {}): ScratchRepository {
  const base = realpathSync.native(mkdtempSync(join(tmpdir(), "countersign-scratch-")));
  const [root, home, beside] = [join(base, "work"), join(base, "home"), join(base, "beside")];
  for (const folder of [root, home, beside]) mkdirSync(folder);
  const gitIn = (directory: string, ...args: readonly string[]) => runScratchGit(home, directory, args);
  const git = (...args: readonly string[]) => gitIn(root, ...args);
  git("init", "--quiet", "--initial-branch=main", `--object-format=${options.objectFormat ?? "sha1"}`);
  return {
    root,
    home,
    beside,
    git,
    gitIn,
    write: (path, content) => writeInto(root, path, content),
    commit: (message) => {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/**
 * Returns a digest of every `.git` below the folder: each file's bytes, each link, each name, and
 * the time of each index. Equal digests: refs, logs, stash, objects and index are untouched.
 */
export function gitState(root: string): string {
  const hash = createHash("sha256");
  for (const folder of gitFolders(root)) {
    for (const [name, content] of filesBelow(folder)) hash.update(`${name.length}:${name}${content}\n`);
  }
  return hash.digest("hex");
}

/** Signs as a made-up person at a made-up time, and lets submodules come from local folders. */
function runScratchGit(home: string, directory: string, args: readonly string[]): string {
  const settings = ["user.name=Scratch", "user.email=scratch@example.invalid", "protocol.file.allow=always"];
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const output = execFileSync("git", [...settings.flatMap((setting) => ["-c", setting]), ...args], {
    cwd: directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(outer), HOME: home, XDG_CONFIG_HOME: join(home, ".config"), LC_ALL: "C" },
    maxBuffer: 256 * 1024 * 1024,
  });
  return output.replace(/\n$/, "");
}

function writeInto(root: string, path: string, content: string | Uint8Array): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

/** Every `.git` folder below, and the folder that a `.git` file points to. */
function gitFolders(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name !== ".git") return entry.isDirectory() ? gitFolders(path) : [];
      if (entry.isDirectory()) return [path];
      const target = readFileSync(path, "utf8")
        .replace(/^gitdir: /, "")
        .trim();
      return existsSync(target) ? [target] : [];
    });
}

function filesBelow(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): (readonly [string, string])[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return [[`${path}/`, ""], ...filesBelow(path)];
    const content = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : contentDigest(path);
    return [[path, entry.name === "index" ? `${content} ${statSync(path).mtimeMs}` : content]];
  });
}

function contentDigest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
