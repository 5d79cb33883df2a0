import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";

/** A work tree whose paths and contents are strings of one character for each byte, so that any can be had. */
export type OddTree = {
  readonly root: string;
  /** Writes a file; whatever stands in the way, above or at the path, goes first. */
  readonly write: (path: string, content: string) => void;
  readonly link: (path: string, target: string) => void;
  readonly folder: (path: string) => void;
  readonly move: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  readonly setMode: (path: string, mode: number) => void;
  readonly read: (path: string) => string;
  /** All files and links, sorted; nothing named `.git`, and nothing below one. */
  readonly files: () => readonly string[];
};

/** Returns the tree below a folder. */
export function oddTree(root: string): OddTree {
  const at = (path: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);
  const clear = (path: string) => {
    for (const above of foldersAbove(path)) {
      const found = lstatSync(at(above), { throwIfNoEntry: false });
      if (found?.isDirectory() === false) rmSync(at(above));
    }
    removeAll(at(path));
    const parent = foldersAbove(path).at(-1);
    if (parent !== undefined) mkdirSync(at(parent), { recursive: true });
  };
  return {
    root,
    write: (path, content) => {
      clear(path);
      writeFileSync(at(path), Buffer.from(content, "latin1"));
    },
    link: (path, target) => {
      clear(path);
      symlinkSync(Buffer.from(target, "latin1"), at(path));
    },
    folder: (path) => {
      clear(path);
      mkdirSync(at(path));
    },
    move: (from, to) => {
      if (to === from || to.startsWith(`${from}/`) || from.startsWith(`${to}/`)) return;
      clear(to);
      renameSync(at(from), at(to));
    },
    remove: (path) => removeAll(at(path)),
    setMode: (path, mode) => {
      if (lstatSync(at(path)).isFile()) chmodSync(at(path), mode);
    },
    read: (path) => (lstatSync(at(path)).isFile() ? readFileSync(at(path)).toString("latin1") : ""),
    files: () => filesBelow(at, "").toSorted(),
  };
}

/** From the top downwards. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_name, i) => names.slice(0, i + 1).join("/"));
}

function removeAll(path: Buffer): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    rmSync(path);
    return;
  }
  for (const name of readdirSync(path, { encoding: "buffer" })) {
    removeAll(Buffer.concat([path, Buffer.from("/"), name]));
  }
  rmSync(path, { recursive: true });
}

function filesBelow(at: (path: string) => Buffer, folder: string): readonly string[] {
  return readdirSync(at(folder), { encoding: "buffer" }).flatMap((bytes) => {
    const name = bytes.toString("latin1");
    const path = folder === "" ? name : `${folder}/${name}`;
    if (name === ".git") return [];
    return lstatSync(at(path)).isDirectory() ? filesBelow(at, path) : [path];
  });
}
