import { randomUUID } from "node:crypto";
import { lstatSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "#base/fault.ts";
import { readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { count } from "#base/text.ts";
import { leftMounts } from "#commands/run/guard-mounts.ts";
import { type Check, check, type Examined } from "./check.ts";
import { lookOver, type StateLook } from "./look-over.ts";

const MEGABYTE = 1024 * 1024;
const LITTLE_SPACE_BYTES = 100 * MEGABYTE;

/** Whether records can be kept: rights, room, and what lies there that should not. */
export async function checkState(examined: Examined): Promise<readonly Check[]> {
  const { locations } = examined;
  const { root } = locations;
  if (lstatSync(root, { throwIfNoEntry: false }) === undefined) {
    return [check("state", "ok", { what: `Nothing is recorded yet; records will be in ${root}` })];
  }
  const unwritable = tryWriting(root);
  if (unwritable !== undefined) {
    const what = `Records cannot be written: ${unwritable}`;
    const next = "Check the rights and the free space of this folder.";
    return [check("state", "broken", { what, detail: [root], next })];
  }
  const look = await lookOver(locations);
  const left = leftMounts(locations).flatMap(({ paths }) => paths);
  const free = freeBytes(root);
  const detail = [
    root,
    ...(look.sizes.length === 0 ? [] : [look.sizes.map(sizeLine).join(", ")]),
    `${sizeText(free)} free`,
    ...look.lines,
    ...left.map((path) => `${path} is empty and left by the sandbox of a run that was killed`),
  ];
  const troubles = [
    ...rights(examined),
    ...contents(look),
    ...leftBehind(left),
    ...(free < LITTLE_SPACE_BYTES ? [NO_ROOM] : []),
  ];
  if (troubles.length === 0) return [check("state", "ok", { what: "Private, writable and whole", detail })];
  const what = `Writable, but ${troubles.map(({ text }) => text).join("; ")}`;
  return [check("state", "warning", { what, detail, next: troubles.map(({ next }) => next).join(" ") })];
}

function sizeLine({ name, files, bytes }: StateLook["sizes"][number]): string {
  return `${name} ${files} (${sizeText(bytes)})`;
}

type Trouble = { readonly text: string; readonly next: string };

const NO_ROOM: Trouble = { text: "there is little room left", next: "Free some room." };

/** The same way as records are written: whole, synced and renamed. */
function tryWriting(root: string): string | undefined {
  const path = join(root, `doctor-${randomUUID()}`);
  try {
    replaceFile(path, "probe");
    const back = readIfPresent(path);
    removeIfPresent(path);
    return back === "probe" ? undefined : "what was written does not read back";
  } catch (error) {
    return errorText(error);
  }
}

/** The folder keeps others out for everything in it. Windows has no such rights. */
function rights({ locations, platform }: Examined): readonly Trouble[] {
  if (platform === "win32") return [];
  const { mode, uid } = lstatSync(locations.root);
  const own = uid === process.getuid?.();
  return [
    ...((mode & 0o077) === 0
      ? []
      : [{ text: "others can look into it", next: `Run \`chmod 700 ${locations.root}\`.` }]),
    ...(own
      ? []
      : [{ text: "it belongs to another user", next: "Give it to the user who runs Claude Code." }]),
  ];
}

function contents({ unreadable, strayLocks }: StateLook): readonly Trouble[] {
  const kept = "What is set aside is kept as evidence; `countersign audit verify` says what the rest proves.";
  const harmless = "Locks of dead processes do no harm: whoever needs one breaks it.";
  return [
    ...(unreadable > 0 ? [{ text: `${count(unreadable, "record")} cannot be read`, next: kept }] : []),
    ...(strayLocks > 0
      ? [{ text: count(strayLocks, "lock of a dead process", "locks of dead processes"), next: harmless }]
      : []),
  ];
}

function leftBehind({ length }: readonly string[]): readonly Trouble[] {
  if (length === 0) return [];
  const next = "The next run of `countersign exec` or `countersign thread` removes them.";
  return [{ text: `a killed run left ${count(length, "empty folder")} where it worked`, next }];
}

function freeBytes(root: string): number {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

function sizeText(bytes: number): string {
  if (bytes >= 1024 * MEGABYTE) return `${(bytes / (1024 * MEGABYTE)).toFixed(1)} GiB`;
  return bytes >= MEGABYTE ? `${(bytes / MEGABYTE).toFixed(1)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}
