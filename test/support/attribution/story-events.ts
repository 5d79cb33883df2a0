import type { FileEdit } from "#claude/transcript/tool-records.ts";
import {
  createFile,
  deleteFile,
  renameFile,
  SECTIONS,
  type Touch,
  textsOf,
  writeSection,
} from "./shared-files.ts";
import { closeShell } from "./story-shell.ts";
import { stop } from "./story-stop.ts";
import type { SessionName, World } from "./story-world.ts";

/** The paths that files begin with, and those that they may be given. */
export const PATHS = ["one.txt", "two.txt", "deep/three.txt"];

const SPARE = ["four.txt", "deep/five.txt", "six.txt"];

/** Something happens, as a random number has it. */
export function happen(world: World, choice: number): void {
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
  else if (kind < 14) putAside(world);
  else stop(world, who, more % 3 === 0);
}

type Hand = Pick<Touch, "by" | "means">;

function editByTool(world: World, who: SessionName, choice: number): void {
  const path = pick([...world.truth.files.keys()], choice);
  const { now: time } = world;
  const means = choice % 7 === 6 ? "blind" : "edit";
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
  if (means === "blind") add(path, choice % 2 === 0 ? { kind: "content", after } : { kind: "unknown" });
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
function putAside(world: World): void {
  const { truth } = world;
  if (world.aside === undefined) {
    truth.aside.push(world.now);
    const now = textsOf(truth);
    const different = [...now].filter(([path, text]) => world.committed.get(path) !== text);
    world.aside = new Map(different.map(([path]) => [path, truth.files.get(path) ?? []]));
    for (const [path] of different) {
      const committed = world.committed.get(path);
      truth.muddled.add(path);
      if (committed === undefined) truth.files.delete(path);
      else truth.files.set(path, sectionsOf(committed));
    }
    return;
  }
  const now = textsOf(truth);
  for (const [path, was] of world.aside) {
    if (now.get(path) === world.committed.get(path)) truth.files.set(path, was);
  }
  world.aside = undefined;
}

function sectionsOf(text: string): readonly (readonly string[])[] {
  return text
    .split(/----- a\d+\n----- b\d+\n----- c\d+\n/)
    .slice(1)
    .map((part) => part.split("\n").slice(0, -1));
}

function freePath({ truth }: World, choice: number): string | undefined {
  return pick(
    [...PATHS, ...SPARE].filter((path) => !truth.files.has(path)),
    choice,
  );
}

function pick<T>(values: readonly T[], choice: number): T | undefined {
  return values[choice % Math.max(1, values.length)];
}
