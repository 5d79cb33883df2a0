import { afterAll, beforeAll, expect, test } from "vitest";
import { auditInPlace, auditScene, type Diagnosis, diagnosed } from "#test/plugins/audited-scene.ts";
import { openSession, whatLoads } from "#test/plugins/plugin-session.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import * as recordless from "#test/plugins/recordless-scenes.ts";
import { cachePath, keepState, PLUGIN, type Scene } from "#test/plugins/scene.ts";
import * as scopes from "#test/plugins/scope-scenes.ts";
import * as sources from "#test/plugins/source-scenes.ts";
import * as off from "#test/plugins/switched-off-scenes.ts";

let world: PluginWorld;
let anew: () => void;

beforeAll(async () => {
  world = await makePluginWorld();
  anew = keepState(world);
});
afterAll(() => world.close());

type Make = (world: PluginWorld) => Promise<Scene>;
type Row = readonly [name: string, make: Make, diagnosis: Diagnosis];

const ROWS: readonly Row[] = [
  [
    "user record first",
    scopes.userRecordFirst,
    diagnosed("ambiguous", "record", 1, "bytes-unproven marketplace-ahead scope-shadowed"),
  ],
  [
    "project record first",
    scopes.projectRecordFirst,
    diagnosed("ambiguous", "record", 1, "bytes-unproven marketplace-ahead scope-shadowed"),
  ],
  [
    "project record, seen from elsewhere",
    scopes.projectRecordElsewhere,
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead"),
  ],
  [
    "updated without a scope",
    scopes.updatedWithoutScope,
    diagnosed("ambiguous", "record", 1, "bytes-unproven marketplace-ahead scope-shadowed"),
  ],
  [
    "CLAUDE_CODE_PLUGIN_DIRS",
    recordless.pluginDirsEnvironment,
    diagnosed("unknown", "environment", 2, "loaded-without-record nothing-to-compare"),
  ],
  [
    "CLAUDE_CODE_PLUGIN_SEED_DIR",
    recordless.seedDirectory,
    diagnosed("in-sync", "seed", 0, "loaded-without-record"),
  ],
  [
    "skills folder",
    recordless.skillsDirectory,
    diagnosed("unknown", "skills-dir", 2, "loaded-without-record nothing-to-compare"),
  ],
  [
    "enabled by a project only",
    recordless.enabledByProjectOnly,
    diagnosed("not-loaded", "no-record", 1, "enabled-not-loaded leftover-versions"),
  ],
  [
    "and installed at the start",
    recordless.enabledByProjectInstalledAtStart,
    diagnosed("in-sync", "installed-at-start", 0, "loaded-without-record"),
  ],
  ["disabled by the project", off.disabledByProject, diagnosed("not-loaded", "disabled", 0)],
  ["hooks off", off.hooksOff, diagnosed("in-sync", "record", 0, "hooks-off")],
  ["marketplace and plugin in one", sources.pluginAtTop, diagnosed("in-sync", "record", 0)],
  ["no version anywhere", sources.withoutVersion, diagnosed("in-sync", "record", 0)],
  ["no manifest", sources.withoutManifest, diagnosed("in-sync", "record", 0)],
  ["files that a copy changes", sources.oddFiles, diagnosed("in-sync", "record", 0)],
];

test.each(ROWS)("%s", async (_name, make, diagnosis) => {
  anew();
  const audited = await auditScene(world, await make(world));
  expect(audited.diagnosis).toEqual(diagnosis);
  expect(audited.foretold).toEqual(audited.real);
});

/** What the arguments of a session decide is seen while it lives; of a session without them 1.0.0 is foretold. */
test.each<readonly [name: string, make: Make, holds: string | null]>([
  ["--plugin-dir", recordless.pluginDirArgument, "argument"],
  ["--setting-sources", off.withoutUserSettings, null],
  ["--safe-mode", off.safeMode, "marker"],
  ["--bare", off.bare, "marker"],
])("%s", async (_name, make, holds) => {
  anew();
  const { plugin, start } = await make(world);
  const running = await openSession(world, start);
  const audit = await auditInPlace(world, { running });
  await running.end();
  const held = audit.plugins.flatMap(({ id, live }) => live.map(({ pid, evidence }) => [id, pid, evidence]));
  const [loaded] = running.loaded.plugins;
  const said = [plugin, running.pid, expect.objectContaining({ kind: holds, path: loaded?.path })];
  expect(held).toEqual(holds === null ? [] : [said]);
  const installed = { path: cachePath(world, "1.0.0"), version: "1.0.0" };
  expect(audit.plugins.find(({ id }) => id === PLUGIN)?.next).toMatchObject(installed);
  const { plugins } = await whatLoads(world);
  expect(plugins).toMatchObject([installed]);
});
