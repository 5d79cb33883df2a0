import { type Flag, withFlags } from "./story-forms.ts";

/** Who writes in the shared tree: two sessions and a person. */
type Actor = "A" | "B" | "P";

/**
 * By what a file was written: a tool whose record has the texts, one whose record has not, a hook
 * that follows a tool such as a formatter, a shell, or no session's tool.
 */
type Means = "edit" | "blind" | "hook" | "shell" | "person";

/** That somebody wrote a section of a file, or all of it. */
export type Touch = {
  readonly path: string;
  readonly section: number | "file";
  readonly by: Actor;
  readonly means: Means;
  readonly time: number;
};

/** Lines are unique: who wrote one, and who took it away last, is known of each. */
type LineFate = {
  readonly born: Touch;
  removed?: Touch;
  /** Who wrote it and took it away before it was brought back. */
  readonly past: readonly Touch[];
};

type Flip = Touch & { readonly flag: Flag };

type Move = { readonly from: string; readonly to: string; readonly time: number };

export const SECTIONS = 3;
/** Lines without words: such are in every file, and tell nothing. */
const WALL = ["----- a", "----- b", "----- c"];

/**
 * Files of several sections, so far apart that changes of two sections never touch, with a
 * log of who wrote what. Renamed files take their log along.
 */
export type SharedFiles = {
  readonly files: Map<string, readonly (readonly string[])[]>;
  readonly flags: Map<string, ReadonlySet<Flag>>;
  /** Who gave a file a flag, or took it away. */
  readonly flips: Flip[];
  readonly log: Touch[];
  readonly fates: Map<string, LineFate>;
  /** Which file was given which other name, and when. */
  readonly moves: Move[];
  /** Paths whose content was put aside and brought back. */
  readonly muddled: Set<string>;
  /** When that was done. */
  readonly aside: number[];
  lines: number;
};

function textOf(sections: readonly (readonly string[])[]): string {
  return sections
    .flatMap((lines, index) => [...WALL.map((wall) => `${wall}${index}`), ...lines])
    .map((line) => `${line}\n`)
    .join("");
}

const NONE: ReadonlySet<Flag> = new Set();

export function textsOf({ files, flags }: SharedFiles): ReadonlyMap<string, string> {
  return new Map(
    [...files].map(([path, sections]) => [path, withFlags(textOf(sections), flags.get(path) ?? NONE)]),
  );
}

/** Returns the lines of a text that tell who wrote them. */
export function tellingLines(text: string | undefined): readonly string[] {
  return (text ?? "").split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("-----"));
}

export type SectionEdit = {
  readonly before: string;
  readonly after: string;
  readonly old: string;
  readonly new: string;
};

/** Writes, replaces or takes away a line of a section; `undefined` where there is none to take. */
export function writeSection(
  world: SharedFiles,
  touch: Touch & { readonly section: number },
  choice: number,
): SectionEdit | undefined {
  const sections = world.files.get(touch.path) ?? [];
  const lines = sections[touch.section] ?? [];
  const kind = lines.length === 0 ? 0 : choice % 4;
  const at = Math.floor(choice / 4) % (lines.length + (kind < 2 ? 1 : 0));
  const made = kind === 3 ? [] : [newLine(world, touch)];
  const gone = kind < 2 ? [] : lines.slice(at, at + 1);
  for (const line of gone) bury(world, line, touch);
  world.log.push(touch);
  const next = [...lines.slice(0, at), ...made, ...lines.slice(at + gone.length)];
  const anchor = `${lines[at - 1] ?? `----- c${touch.section}`}\n`;
  const block = (middle: readonly string[]) => middle.map((line) => `${line}\n`).join("");
  const before = textOf(sections);
  world.files.set(
    touch.path,
    sections.map((one, index) => (index === touch.section ? next : one)),
  );
  return {
    before,
    after: textOf(world.files.get(touch.path) ?? []),
    old: `${anchor}${block(gone)}`,
    new: `${anchor}${block(made)}`,
  };
}

export function createFile(world: SharedFiles, touch: Touch): string {
  world.log.push(touch);
  world.files.set(
    touch.path,
    Array.from({ length: SECTIONS }, () => [newLine(world, touch)]),
  );
  return textOf(world.files.get(touch.path) ?? []);
}

export function deleteFile(world: SharedFiles, touch: Touch): void {
  world.log.push(touch);
  for (const line of (world.files.get(touch.path) ?? []).flat()) bury(world, line, touch);
  world.files.delete(touch.path);
  world.flags.delete(touch.path);
}

export function renameFile(world: SharedFiles, touch: Touch, to: string): void {
  const sections = world.files.get(touch.path);
  if (sections === undefined || world.files.has(to)) return;
  const before = world.log.filter(({ path }) => path === touch.path);
  world.log.push(...before.map((one) => ({ ...one, path: to })), touch, { ...touch, path: to });
  world.moves.push({ from: touch.path, to, time: touch.time });
  world.files.delete(touch.path);
  world.files.set(to, sections);
  world.flags.set(to, world.flags.get(touch.path) ?? NONE);
  world.flags.delete(touch.path);
}

/** Makes a file a program, or none; gives it other line ends; makes it no text, or one again. */
export function flipFlag(world: SharedFiles, touch: Touch, flag: Flag): void {
  const flags = new Set(world.flags.get(touch.path));
  if (!flags.delete(flag)) flags.add(flag);
  world.flags.set(touch.path, flags);
  world.log.push(touch);
  world.flips.push({ ...touch, flag });
}

/** Brings sections back to what they were, as `git checkout -p` and `git reset` do. Lines that went elsewhere stay there. */
export function restoreSections(
  world: SharedFiles,
  touch: Touch,
  sections: readonly (readonly string[])[],
): void {
  const now = world.files.get(touch.path) ?? [];
  const alive = new Set([...world.files].flatMap(([path, own]) => (path === touch.path ? [] : own.flat())));
  if (now.length === 0 || sections.flat().some((line) => alive.has(line))) return;
  const isMeant = (index: number) => touch.section === "file" || touch.section === index;
  const next = now.map((lines, index) => (isMeant(index) ? (sections[index] ?? lines) : lines));
  const [before, after] = [new Set(now.flat()), new Set(next.flat())];
  for (const line of before) if (!after.has(line)) bury(world, line, touch);
  for (const line of after) if (!before.has(line)) revive(world, line, touch);
  world.log.push(touch);
  world.files.set(touch.path, next);
}

function newLine(world: SharedFiles, touch: Touch): string {
  world.lines += 1;
  const line = `line ${world.lines} of ${touch.by}`;
  world.fates.set(line, { born: touch, past: [] });
  return line;
}

function revive(world: SharedFiles, line: string, touch: Touch): void {
  const { born, removed, past = [] } = world.fates.get(line) ?? {};
  const before = [born, removed].filter((one) => one !== undefined);
  world.fates.set(line, { born: touch, past: [...past, ...before] });
}

function bury(world: SharedFiles, line: string, touch: Touch): void {
  const fate = world.fates.get(line);
  if (fate !== undefined) fate.removed = touch;
}
