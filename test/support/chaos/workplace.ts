import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gitState, type ScratchRepository } from "#test/scratch-repository.ts";

/** A line that some edit wrote. Its token stands nowhere else. */
export type Planted = {
  readonly token: string;
  readonly root: string;
  readonly path: string;
  /** What the played reviewer finds fault with, as long as it stands. */
  readonly bug: boolean;
  /** When it had been written, in milliseconds of the clock. */
  readonly at: number;
};

/** The user's repository and its worktrees: every change of the scenario goes through here. */
export type Workplace = {
  readonly planted: readonly Planted[];
  /** Changes something by hand; whatever else changed before is a surprise. */
  change(act: () => void): void;
  /** Writes a line of its own into a file of its own. */
  plant(root: string, bug: boolean): Planted;
  /** Adds a line to a file that was planted before. */
  append(root: string): void;
  /** Changes a line; the file's size and time stay as they were. */
  twin(root: string): void;
  /** Commits everything that git takes; nothing while the index is locked. */
  commit(root: string): void;
  /** Mends every bug that stands in a work tree. */
  mend(root: string): void;
  /** The planted lines that stand in a work tree now. */
  standing(root: string): readonly Planted[];
  /** What was changed in any of the work trees, or in `.git`, and not by the scenario. */
  surprises(): readonly string[];
};

/** Returns the workplace of a scenario. `trees` are all work trees; one may be taken away by the scenario. */
export function makeWorkplace(repository: ScratchRepository, trees: () => readonly string[]): Workplace {
  const planted: Planted[] = [];
  // No two scenarios plant the same line.
  const world = repository.root.split("-").at(-1)?.slice(0, 6) ?? "";
  const surprises: string[] = [];
  let known = stateOf(repository, trees());
  const look = (): void => {
    const now = stateOf(repository, trees());
    surprises.push(...differences(known, now));
    known = now;
  };
  const change = (act: () => void): void => {
    look();
    act();
    known = stateOf(repository, trees());
  };
  const record = (root: string, bug: boolean, path?: string): Planted => {
    const token = `t${String(planted.length).padStart(3, "0")}x${world}`;
    const entry = { token, root, path: path ?? `${bug ? "bug" : "ok"}_${token}.js`, bug, at: Date.now() };
    planted.push(entry);
    return entry;
  };
  const standing = (root: string): readonly Planted[] =>
    planted.filter((one) => one.root === root && textOf(join(root, one.path)).includes(lineOf(one)));
  return {
    planted,
    change,
    standing,
    plant: (root, bug) => {
      const entry = record(root, bug);
      change(() => writeFileSync(join(root, entry.path), lineOf(entry)));
      return entry;
    },
    append: (root) => {
      const path = standing(root).findLast((one) => !one.bug)?.path ?? "more.js";
      const entry = record(root, false, path);
      change(() => writeFileSync(join(root, path), textOf(join(root, path)) + lineOf(entry)));
    },
    twin: (root) => {
      const before = standing(root).findLast((one) => !one.bug);
      if (before === undefined) return;
      const file = join(root, before.path);
      const entry = record(root, false, before.path);
      const { atime, mtime } = statSync(file);
      change(() => {
        writeFileSync(file, textOf(file).replace(lineOf(before), lineOf(entry)));
        utimesSync(file, atime, mtime);
      });
    },
    commit: (root) => {
      if (existsSync(join(repository.root, ".git", "index.lock"))) return;
      change(() => commitAll(repository, root));
    },
    mend: (root) => {
      for (const one of standing(root).filter(({ bug }) => bug)) {
        change(() => writeFileSync(join(root, one.path), lineOf(one).replace("/ 0;", "/ 2;")));
      }
    },
    surprises: () => {
      look();
      return surprises;
    },
  };
}

/** A nested repository without a commit is refused by git, with all the rest. */
function commitAll(repository: ScratchRepository, root: string): void {
  try {
    repository.gitIn(root, "add", "--all");
  } catch {
    repository.gitIn(root, "add", "--update");
  }
  repository.gitIn(root, "commit", "--quiet", "--allow-empty", "--message", "Go on");
}

/** Returns the whole line, as it is written and as the reviewer sees it. */
export function lineOf({ token, bug }: Pick<Planted, "token" | "bug">): string {
  return `export const ${token} = total / ${bug ? "0" : "1"};\n`;
}

function textOf(file: string): string {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : "";
}

type Known = ReadonlyMap<string, string>;

function stateOf(repository: ScratchRepository, trees: readonly string[]): Known {
  const files = trees.flatMap((root) => filesBelow(root).map((path) => [path, digestOf(path)] as const));
  return new Map([...files, [`${repository.root}/.git`, gitState(repository.root)]]);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === ".git") return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function digestOf(path: string): string {
  const stat = lstatSync(path);
  const content = stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? readFileSync(path) : "";
  return `${createHash("sha256").update(content).digest("hex")} ${stat.mode} ${stat.mtimeMs}`;
}

function differences(before: Known, now: Known): readonly string[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names]
    .filter((name) => before.get(name) !== now.get(name))
    .map((name) => `${name} changed by itself`);
}
