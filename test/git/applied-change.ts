import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Change, FileChange } from "#git/change/change.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";
import { lentByNested } from "#git/store/nested-stores.ts";
import type { WatchedRepository } from "#test/watched-repository.ts";

/** Mode and object by path, one character for each byte of a path. */
export type Entries = ReadonlyMap<string, string>;

const LINK = "160000";

/** Returns what the snapshot holds, with the files of the repositories inside it under their paths. */
export function entriesOf(watched: WatchedRepository, snapshot: Snapshot): Entries {
  const own = treeEntries(watched, snapshot.tree);
  const inner = snapshot.opaque.flatMap(({ path, inner }) =>
    inner === undefined ? [] : below(bytes(path), entriesOf(watched, inner)),
  );
  const taken = new Set(snapshot.opaque.map(({ path }) => bytes(path)));
  const committed = [...own].flatMap(([path, entry]) =>
    entry.startsWith(LINK) && !taken.has(path) ? below(path, commitEntries(watched, entry)) : [],
  );
  return new Map([...own, ...committed, ...inner]);
}

/**
 * Returns what git makes of the earlier snapshot when it applies the patches of the change, and
 * what cannot be told by a patch is put in by its name: binary files and commits of submodules.
 */
export function applyChange(
  watched: WatchedRepository,
  before: Snapshot,
  after: Entries,
  change: Change,
): Entries {
  const old = entriesOf(watched, before);
  const named = change.files.filter((file) => file.binary || [file.oldMode, file.newMode].includes(LINK));
  const patches = change.files.filter((file) => !named.includes(file)).map((file) => unmarked(file.patch));
  const links = new Map([...old].filter(([, entry]) => entry.startsWith(LINK)));
  const env = { GIT_INDEX_FILE: join(watched.beside, `applied-${before.tree}`) };
  const git = (args: readonly string[], input = "") => inStore(watched, args, { input, env });
  const put = (entries: Iterable<readonly [string, string]>) =>
    git(
      ["update-index", "-z", "--index-info"],
      [...entries].map(([path, entry]) => `${entry}\t${path}\0`).join(""),
    );
  git(["read-tree", "--empty"]);
  put([...old].filter(([path]) => !links.has(path)));
  const gone = named
    .map((file) => pathIn(old, file.oldPath ?? file.path, file.oldMode, file.oldBlob))
    .filter(Boolean);
  put(gone.map((path) => [path, `0 ${"0".repeat(before.tree.length)}`]));
  if (patches.length > 0) git(["apply", "--cached", "--whitespace=nowarn", "-"], patches.join(""));
  const come = named
    .map(
      (file) =>
        [pathIn(after, file.path, file.newMode, file.newBlob), `${file.newMode} ${file.newBlob}`] as const,
    )
    .filter(([path]) => path !== "");
  put(come.filter(([, entry]) => !entry.startsWith(LINK)));
  for (const path of gone) links.delete(path);
  for (const [path, entry] of come) if (entry.startsWith(LINK)) links.set(path, entry);
  const files = split(git(["ls-files", "-z", "--stage"])).map((line): [string, string] => {
    const [head = "", path = ""] = cut(line, "\t");
    return [path, head.slice(0, -2)];
  });
  return new Map([...links, ...files]);
}

/** Returns the entries that lie in none of the things whose content is not told, one line for each. */
export function toldEntries(entries: Entries, opaque: readonly Opaque[]): readonly string[] {
  const untold = opaque.map(({ path }) => bytes(path));
  return [...entries]
    .filter(([path]) => !untold.some((place) => path.startsWith(`${place}/`)))
    .map(([path, entry]) => `${JSON.stringify(path)} ${entry}`)
    .toSorted();
}

function treeEntries(watched: WatchedRepository, tree: string): Entries {
  const lines = split(inStore(watched, ["ls-tree", "-r", "-z", tree]));
  return new Map(
    lines.map((line) => {
      const [head = "", path = ""] = cut(line, "\t");
      const [mode = "", , object = ""] = head.split(" ");
      return [path, `${mode} ${object}`];
    }),
  );
}

/** A submodule that was never fetched has no files to tell of. */
function commitEntries(watched: WatchedRepository, link: string): Entries {
  const commit = link.slice(LINK.length + 1);
  try {
    return treeEntries(watched, `${commit}^{tree}`);
  } catch {
    return new Map();
  }
}

function below(folder: string, entries: Entries): readonly (readonly [string, string])[] {
  return [...entries].map(([path, entry]) => [`${folder}/${path}`, entry]);
}

/** Returns the bytes of a shown path, which the object and mode tell apart from others that look alike. */
function pathIn(entries: Entries, shown: string, mode: string, blob: FileChange["newBlob"]): string {
  if (blob === undefined) return "";
  const found = [...entries].find(
    ([path, entry]) => shownPath(path) === shown && entry === `${mode} ${blob}`,
  );
  if (found === undefined) throw new Error(`nothing at ${shown}`);
  return found[0];
}

/** Text as bytes again; a byte that is not UTF-8 is shown as `\xNN`. */
function unmarked(text: string): string {
  return bytes(text);
}

function bytes(text: string): string {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  return latin1.replace(/\\x([89a-f][0-9a-f])/g, (_mark, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function split(output: string): readonly string[] {
  return output.split("\0").slice(0, -1);
}

function cut(line: string, mark: string): readonly string[] {
  const at = line.indexOf(mark);
  return [line.slice(0, at), line.slice(at + 1)];
}

type Extra = { readonly input?: string; readonly env?: Readonly<Record<string, string>> };

function inStore(
  watched: WatchedRepository,
  args: readonly string[],
  { input = "", env = {} }: Extra = {},
): string {
  const { store } = watched;
  return execFileSync("git", args, {
    cwd: store.directory,
    env: { ...process.env, ...lentByNested(store), ...env, GIT_DIR: store.directory },
    input: Buffer.from(input, "latin1"),
    stdio: ["pipe", "pipe", "pipe"],
    encoding: "latin1",
    maxBuffer: 64 * 1024 * 1024,
  });
}
