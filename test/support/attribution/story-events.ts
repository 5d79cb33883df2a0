import type { FileEdit } from "#claude/transcript/tool-records.ts";
import {
  createFile,
  deleteFile,
  flipFlag,
  renameFile,
  restoreSections,
  SECTIONS,
  type SharedFiles,
  type Touch,
  textsOf,
  writeSection,
} from "./shared-files.ts";
import { FLAGS, flagsOf } from "./story-forms.ts";
import { closeShell } from "./story-shell.ts";
import { stop } from "./story-stop.ts";
import type { SessionName, World } from "./story-world.ts";

/** The paths that files begin with, and those that they may be given. */
export const PATHS = ["one.txt", "two.txt", "deep/three.txt"];

const SPARE = ["four.txt", "deep/five.txt", "six.txt"];

/** Something happens, as a random number has it. */
export function happen(world: World, choice: number): void {
  if (choice >= COMMON) happenRarely(world, choice - COMMON);
  else happenOften(world, choice);
}

/** Below it are the numbers of what happens in most stories. */
export const COMMON = 2 ** 24;

function happenOften(world: World, choice: number): void {
  const kind = choice % 16;
  const rest = Math.floor(choice / 16);
  const who: SessionName = rest % 2 === 0 ? "A" : "B";
  const more = Math.floor(rest / 2);
  if (kind < 5) editByTool(world, who, more);
  else if (kind < 8) inShell(world, who, more, writeSomewhere);
  else if (kind < 9) inShell(world, who, more, changeFiles);
  else if (kind < 11) writeSomewhere(world, { by: "P", means: "person" }, more);
  else if (kind < 12) changeFiles(world, { by: "P", means: "person" }, more);
  else if (kind < 13) closeShell(world, who);
  else if (kind < 14) putAside(world, () => true);
  else stop(world, who, more % 3 === 0);
}

/** What happens now and then: to one file, by one of three hands. */
function happenRarely(world: World, choice: number): void {
  const kind = choice % 8;
  const rest = Math.floor(choice / 8);
  const who: SessionName = rest % 2 === 0 ? "A" : "B";
  const more = Math.floor(rest / 4);
  const act = kind < 2 ? flip : kind < 4 ? restore : kind < 5 ? turnIntoFolder : undefined;
  if (kind < 7 && act === undefined) editWithHook(world, who, more);
  else if (act === undefined) putAside(world, (_path, index) => index === more % 3);
  else if (rest % 4 < 2) inShell(world, who, more, act);
  else act(world, { by: "P", means: "person" }, more);
}

/** A hook of the host follows the edit, such as a formatter, and writes in the same file. */
function editWithHook(world: World, who: SessionName, choice: number): void {
  editByTool(world, who, choice);
  const call = world.sessions[who].calls.at(-1);
  if (call?.kind !== "edit" || call.endedAt <= world.now) return;
  const { path } = call;
  const section = Math.floor(choice / 5) % SECTIONS;
  writeSection(
    world.truth,
    { path, section, by: who, means: "hook", time: world.now },
    Math.floor(choice / 15),
  );
}

function flip(world: World, hand: Hand, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  const flag = pick(FLAGS, Math.floor(choice / 7));
  if (path === undefined || flag === undefined) return;
  flipFlag(world.truth, { path, section: "file", ...hand, time: world.now }, flag);
}

function restore(world: World, hand: Hand, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  const committed = path === undefined ? undefined : world.committed.get(path);
  if (path === undefined || committed === undefined) return;
  const section = Math.floor(choice / 7) % (SECTIONS + 1);
  const touch = { path, section: section === SECTIONS ? "file" : section, ...hand, time: world.now } as const;
  restoreSections(world.truth, touch, sectionsOf(committed));
}

/** A file gives way to a folder of its name that holds it, or a folder to the one file in it. */
function turnIntoFolder(world: World, hand: Hand, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  if (path === undefined) return;
  const to = path.endsWith(INNER) ? path.slice(0, -INNER.length) : `${path}${INNER}`;
  renameFile(world.truth, { path, section: "file", ...hand, time: world.now }, to);
}

const INNER = "/in.txt";

type Hand = Pick<Touch, "by" | "means">;

function editByTool(world: World, who: SessionName, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  const { now: time } = world;
  const isText = path === undefined || world.truth.flags.get(path)?.has("binary") !== true;
  const means = choice % 7 === 6 || !isText ? "blind" : "edit";
  const add = (where: string, edit: FileEdit) =>
    world.sessions[who].calls.push({ kind: "edit", path: where, edit, at: time - 1, endedAt: time + 1 });
  if (path === undefined || choice % 11 === 10) {
    const free = freePath(world, choice);
    if (free === undefined) return;
    const after = createFile(world.truth, { path: free, section: "file", by: who, means: "edit", time });
    add(free, { kind: "whole", before: null, after });
    return;
  }
  const section = Math.floor(choice / 3) % SECTIONS;
  const made = writeSection(world.truth, { path, section, by: who, means, time }, Math.floor(choice / 9));
  if (made === undefined) return;
  const { before, after, old } = made;
  if (!isText) add(path, { kind: "unknown" });
  else if (means === "blind") add(path, choice % 2 === 0 ? { kind: "content", after } : { kind: "unknown" });
  else if (choice % 3 === 0) add(path, { kind: "replace", old, new: made.new, all: false });
  else add(path, { kind: "whole", before, after });
}

function inShell(
  world: World,
  who: SessionName,
  choice: number,
  act: (world: World, hand: Hand, choice: number) => void,
): void {
  const { calls } = world.sessions[who];
  const open = calls.some((call) => call.kind === "shell" && call.endedAt === null);
  if (!open) calls.push({ kind: "shell", at: world.now - 1, endedAt: null });
  act(world, { by: who, means: "shell" }, choice);
  if (choice % 2 === 0) closeShell(world, who);
}

function writeSomewhere(world: World, hand: Hand, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  if (path === undefined) return;
  const section = Math.floor(choice / 3) % SECTIONS;
  writeSection(world.truth, { path, section, ...hand, time: world.now }, Math.floor(choice / 9));
}

/** Renames, deletes or makes a file, or commits everything. */
function changeFiles(world: World, hand: Hand, choice: number): void {
  const path = pick([...world.truth.files.keys()], Math.floor(choice / 4));
  const free = freePath(world, Math.floor(choice / 4));
  const touch = { section: "file", ...hand, time: world.now } as const;
  if (choice % 4 === 0) {
    world.committed = textsOf(world.truth);
    world.hasCommit = true;
  } else if (choice % 4 === 1 && path !== undefined) deleteFile(world.truth, { path, ...touch });
  else if (free === undefined) return;
  else if (choice % 4 === 2 && path !== undefined) renameFile(world.truth, { path, ...touch }, free);
  else createFile(world.truth, { path: free, ...touch });
}

/** As `git stash` does and undoes it: what is not committed goes away, and comes back where nobody wrote since. */
function putAside(world: World, isMeant: (path: string, index: number) => boolean): void {
  const { truth } = world;
  if (world.aside === undefined) {
    truth.aside.push(world.now);
    const now = textsOf(truth);
    const paths = [...now].flatMap(([path, text], index) =>
      world.committed.get(path) !== text && isMeant(path, index) ? [path] : [],
    );
    world.aside = {
      files: new Map(paths.map((path) => [path, truth.files.get(path) ?? []])),
      flags: new Map(paths.map((path) => [path, truth.flags.get(path) ?? new Set()])),
    };
    for (const path of paths) {
      const committed = world.committed.get(path);
      truth.muddled.add(path);
      if (committed === undefined) truth.files.delete(path);
      else truth.files.set(path, sectionsOf(committed));
      truth.flags.set(path, flagsOf(committed));
    }
    return;
  }
  const now = textsOf(truth);
  for (const [path, was] of world.aside.files) {
    if (now.get(path) !== world.committed.get(path) || isBlocked(truth, path)) continue;
    truth.files.set(path, was);
    truth.flags.set(path, world.aside.flags.get(path) ?? new Set());
  }
  world.aside = undefined;
}

function sectionsOf(text: string): readonly (readonly string[])[] {
  return text
    .split(/----- a\d+\n----- b\d+\n----- c\d+\n/)
    .slice(1)
    .map((part) => part.split("\n").slice(0, -1));
}

/** A folder stands where the file would, or a file where its folder would. */
function isBlocked({ files }: SharedFiles, path: string): boolean {
  return [...files.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
}

function freePath({ truth }: World, choice: number): string | undefined {
  return pick(
    [...PATHS, ...SPARE].filter((path) => !truth.files.has(path) && !isBlocked(truth, path)),
    choice,
  );
}

function pick<T>(values: readonly T[], choice: number): T | undefined {
  return values[choice % Math.max(1, values.length)];
}
