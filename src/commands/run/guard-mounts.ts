import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "#base/environment.ts";
import { errorCode } from "#base/fault.ts";
import { identifyProcess, isAlive } from "#base/process-identity.ts";
import { absentMountPoints, removeMountPoints } from "#codex/mount-points.ts";
import type { Locations } from "#runs/locations.ts";
import { type MountClaim, mountClaims, removeMountClaim, writeMountClaim } from "#runs/mount-claims.ts";
import type { RunName } from "#runs/records/run-files.ts";

/** The empty folders that a run's sandbox may leave. */
export type MountGuard = {
  readonly paths: readonly string[];
  /** Takes away what is left by now. To be called when nothing lives that could mount on it. */
  readonly tidy: () => void;
  /** Does that for the last time. Harmless again. */
  readonly release: () => void;
};

/** Clocks of file systems run behind by some milliseconds. */
const SLACK_MS = 2_000;

/**
 * Remembers where nothing is yet on which Codex's sandbox may mount in these folders, so that it can be
 * taken away afterwards: by this process, or should it be killed by the next run. What runs that died have
 * left is taken away now. Of several runs in one folder the last one tidies up.
 */
export function guardMounts(
  locations: Locations,
  { id }: Pick<RunName, "id">,
  folders: readonly string[],
): MountGuard {
  removeLeftMounts(locations);
  const shared = living(locations).flatMap((claim) => claim.paths);
  const inside = shared.filter((path) => folders.some((folder) => path.startsWith(`${folder}/.`)));
  const paths = [...new Set([...absentMountPoints(folders), ...inside])];
  claim(locations, id, paths);
  const tidy = (): void => {
    const others = living(locations).filter(({ run }) => run !== id);
    const wanted = others.flatMap((other) => other.paths);
    removeMountPoints(paths.filter((path) => !wanted.includes(path)));
  };
  return {
    paths,
    tidy,
    release() {
      // Before the last look: of two that end at once one sees that it is the last.
      removeMountClaim(locations, { run: id });
      tidy();
    },
  };
}

/** Returns the folders for what is temporary in which commands in a sandbox of Codex may write. */
export function sharedTemporary({ TMPDIR }: Environment): readonly string[] {
  return ["/tmp", ...(TMPDIR === undefined || TMPDIR === "" ? [] : [join(TMPDIR)])];
}

/** Removes the empty folders that runs which died have left, and their claims. */
export function removeLeftMounts(locations: Locations): void {
  for (const { claim: dead, paths } of leftMounts(locations)) {
    removeMountPoints(paths);
    removeMountClaim(locations, dead);
  }
}

/** Returns what runs that died have left and nobody who lives may be using: none of it was there before them. */
export function leftMounts(
  locations: Locations,
): readonly { readonly claim: MountClaim; readonly paths: readonly string[] }[] {
  const all = mountClaims(locations);
  const used = all.filter(({ process }) => isAlive(process)).flatMap(({ paths }) => paths);
  return all
    .filter(({ process, paths }) => !isAlive(process) && !paths.some((path) => used.includes(path)))
    .map((dead) => ({ claim: dead, paths: dead.paths.filter((path) => wasMadeSince(path, dead.at)) }));
}

function living(locations: Locations): readonly MountClaim[] {
  return mountClaims(locations).filter(({ process }) => isAlive(process));
}

/** A run goes on without a claim: then only its own process can tidy up. */
function claim(locations: Locations, run: RunName["id"], paths: readonly string[]): void {
  const own = identifyProcess(process.pid);
  if (own === undefined || paths.length === 0) return;
  try {
    writeMountClaim(locations, { run, at: new Date().toISOString(), process: own, paths: [...paths] });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

function wasMadeSince(path: string, at: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.birthtimeMs >= Date.parse(at) - SLACK_MS;
}
