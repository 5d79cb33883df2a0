import { basename } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditScene, type Diagnosis, diagnosed } from "#test/plugins/audited-scene.ts";
import * as directory from "#test/plugins/directory-scenes.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import { keepState, type Scene } from "#test/plugins/scene.ts";
import * as updates from "#test/plugins/update-scenes.ts";

let world: PluginWorld;
let anew: () => void;

beforeAll(async () => {
  world = await makePluginWorld();
  anew = keepState(world);
});
afterAll(() => world.close());

type Row = readonly [
  name: string,
  make: (world: PluginWorld) => Promise<Scene>,
  diagnosis: Diagnosis,
  /** The folders that the audit says the running session may have loaded, by their names. */
  holds: string,
];

const ROWS: readonly Row[] = [
  ["upstream moved", updates.upstreamMoved, diagnosed("in-sync", "record", 0), "1.0.0"],
  [
    "marketplace updated",
    updates.marketplaceUpdated,
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead"),
    "1.0.0",
  ],
  [
    "and listed, which makes a folder",
    updates.listedAfterMarketplaceUpdate,
    diagnosed("behind", "record", 1, "bytes-unproven leftover-versions marketplace-ahead"),
    "1.0.0",
  ],
  [
    "plugin updated",
    updates.pluginUpdated,
    diagnosed("in-sync", "record", 1, "orphaned-but-held update-pending-restart"),
    "1.0.0",
  ],
  [
    "and reloaded",
    updates.updatedAndReloaded,
    diagnosed("ambiguous", "record", 1, "orphaned-but-held two-versions-in-process"),
    "1.0.0 2.0.0",
  ],
  [
    "updated in the background",
    updates.backgroundUpdated,
    diagnosed("ambiguous", "record", 1, "orphaned-but-held two-versions-in-process"),
    "1.0.0 2.0.0",
  ],
  [
    "new content, same version",
    updates.sameVersionNewContent,
    diagnosed("drifted", "record", 1, "bytes-unproven same-version-other-content"),
    "1.0.0",
  ],
  // The new files are put into the very folder, and the mark of the session goes with the old ones.
  ["uninstalled and installed", updates.reinstalled, diagnosed("in-sync", "record", 0), ""],
  ["disabled", updates.disabled, diagnosed("not-loaded", "disabled", 0, "still-loaded"), "1.0.0"],
  ["disabled and enabled", updates.enabledAgain, diagnosed("in-sync", "record", 0), "1.0.0"],
  [
    "uninstalled",
    updates.uninstalled,
    diagnosed("not-loaded", "not-enabled", 1, "orphaned-but-held still-loaded"),
    "1.0.0",
  ],
  [
    "marketplace removed",
    updates.marketplaceRemoved,
    diagnosed("not-loaded", "not-enabled", 1, "orphaned-but-held still-loaded"),
    "1.0.0",
  ],
  [
    "cache deleted under a session",
    updates.cacheDeletedUnderSession,
    diagnosed("missing", "folder-missing", 1, "enabled-not-loaded record-points-nowhere"),
    "",
  ],
  [
    "session killed",
    updates.holderKilled,
    diagnosed("in-sync", "record", 0, "dead-holders leftover-versions"),
    "",
  ],
  [
    "directory source moved",
    directory.directorySourceMoved,
    diagnosed("drifted", "directory-source", 1, "directory-source-live"),
    "alpha",
  ],
  [
    "directory source, by its manifest",
    directory.fileSourceMoved,
    diagnosed("drifted", "directory-source", 1, "directory-source-live"),
    "alpha",
  ],
  [
    "from a repository, in a directory",
    directory.repositoryInDirectory,
    diagnosed("unknown", "record", 2, "bytes-unproven"),
    "",
  ],
];

test.each(ROWS)("%s", async (_name, make, diagnosis, holds) => {
  anew();
  const audited = await auditScene(world, await make(world));
  expect(audited.diagnosis).toEqual(diagnosis);
  expect(audited.foretold).toEqual(audited.real);
  const { said, real } = audited.running ?? { said: [], real: [] };
  expect(said.map((path) => basename(path)).join(" ")).toBe(holds);
  if (holds !== "") expect(said).toEqual(expect.arrayContaining([...real]));
});
