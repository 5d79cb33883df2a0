import { afterAll, beforeAll, expect, test } from "vitest";
import { type AuditedScene, auditScene, type Diagnosis, diagnosed } from "#test/plugins/audited-scene.ts";
import * as damage from "#test/plugins/damage-scenes.ts";
import { listPlugins } from "#test/plugins/plugin-steps.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import { keepState, type Scene } from "#test/plugins/scene.ts";

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
  /** The version that `claude plugin list` shows; `nothing`, or with a `!` where it tells of an error. */
  listed: string,
];

const d = damage;
const ROWS: readonly Row[] = [
  [
    "installPath missing",
    d.installPathMissing,
    diagnosed("missing", "folder-missing", 1, "enabled-not-loaded record-points-nowhere"),
    "1.0.0",
  ],
  [
    "no records",
    d.recordsDeleted,
    diagnosed("not-loaded", "no-record", 1, "enabled-not-loaded leftover-versions"),
    "1.0.0",
  ],
  ["records rebuilt by a session", d.recordsRebuilt, diagnosed("in-sync", "record", 0), "1.0.0"],
  [
    "records not JSON",
    d.recordsBroken,
    diagnosed("not-loaded", "records-unreadable", 1, "enabled-not-loaded file-unreadable leftover-versions"),
    "nothing",
  ],
  [
    "record version lies",
    d.recordVersionLies,
    diagnosed("false-record", "record", 1, "manifest-version-differs"),
    "5.5.5",
  ],
  [
    "installPath outside the cache",
    d.installPathOutside,
    diagnosed(
      "false-record",
      "record",
      1,
      "bytes-unexplained leftover-versions manifest-version-differs record-outside-cache",
    ),
    "1.0.0",
  ],
  [
    "installPath of another machine",
    d.installPathOfAnotherMachine,
    diagnosed("in-sync", "record", 0),
    "1.0.0",
  ],
  [
    "plugin.json says 9.9.9",
    d.manifestEdited,
    diagnosed("tampered", "record", 1, "cache-edited manifest-version-differs"),
    "1.0.0",
  ],
  ["code tampered with", d.codeTampered, diagnosed("tampered", "record", 1, "cache-edited"), "1.0.0"],
  ["plugin.json deleted", d.manifestDeleted, diagnosed("drifted", "record", 1, "bytes-unexplained"), "1.0.0"],
  [
    "plugin.json broken",
    d.manifestBroken,
    diagnosed("not-loaded", "manifest-broken", 1, "cache-edited enabled-not-loaded manifest-broken"),
    "1.0.0!",
  ],
  [
    "hooks.json broken",
    d.hooksBroken,
    diagnosed("tampered", "record", 1, "cache-edited hooks-broken"),
    "1.0.0!",
  ],
  [
    "no marketplaces known",
    d.knownMarketplacesDeleted,
    diagnosed("not-loaded", "marketplace-unknown", 1, "bytes-unproven enabled-not-loaded"),
    "1.0.0!",
  ],
  [
    "known marketplaces not JSON",
    d.knownMarketplacesBroken,
    diagnosed(
      "not-loaded",
      "marketplaces-unreadable",
      1,
      "bytes-unproven enabled-not-loaded file-unreadable",
    ),
    "1.0.0!",
  ],
  [
    "clone deleted",
    d.cloneDeleted,
    diagnosed("not-loaded", "marketplace-missing", 1, "bytes-unproven enabled-not-loaded"),
    "1.0.0!",
  ],
  [
    "no longer in the marketplace",
    d.entryGone,
    diagnosed("not-loaded", "not-offered", 1, "bytes-unproven enabled-not-loaded"),
    "1.0.0!",
  ],
  ["marked as an orphan", d.liveFolderMarked, diagnosed("in-sync", "record", 0), "1.0.0"],
];

test.each(ROWS)("%s", async (_name, make, diagnosis, listed) => {
  anew();
  const audited: AuditedScene = await auditScene(world, await make(world));
  expect(audited.diagnosis).toEqual(diagnosis);
  expect(audited.foretold).toEqual(audited.real);
  expect(await shownByList()).toBe(listed);
});

/** After a session, and last of all: it writes into the cache. */
async function shownByList(): Promise<string> {
  const [plugin] = await listPlugins(world);
  if (plugin === undefined) return "nothing";
  return `${plugin.version}${(plugin.errors ?? []).length > 0 ? "!" : ""}`;
}
