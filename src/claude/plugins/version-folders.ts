import { join } from "node:path";
import { foldersIn } from "./folders-in.ts";

/** A folder `MARKETPLACE/PLUGIN/VERSION` of a cache, by the names of these folders. */
export type VersionFolder = {
  readonly marketplace: string;
  readonly name: string;
  readonly version: string;
  readonly path: string;
};

/** What an install is written to before it is renamed (2.1.330). */
const SCRATCH = /\.tmp~[0-9a-f]{8}$/;

/**
 * Returns the versions in a cache, the host's or that of a seed, in code-point order of the names. What
 * could not be listed is added to `unlisted` in words. Never throws.
 */
export function versionFolders(cache: string, unlisted: string[]): readonly VersionFolder[] {
  return foldersIn(cache, unlisted).flatMap((marketplace) =>
    foldersIn(join(cache, marketplace), unlisted).flatMap((name) =>
      foldersIn(join(cache, marketplace, name), unlisted)
        .filter((version) => !SCRATCH.test(version))
        .map((version) => ({ marketplace, name, version, path: join(cache, marketplace, name, version) })),
    ),
  );
}
