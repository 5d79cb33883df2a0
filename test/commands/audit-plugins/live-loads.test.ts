import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SessionId } from "#base/ids.ts";
import { liveLoads } from "#commands/audit-plugins/gather/live-loads.ts";
import type { PluginOutline } from "#commands/audit-plugins/gather/plugin-outlines.ts";
import { recordedLoads } from "#commands/audit-plugins/gather/recorded-loads.ts";
import { recordLoadedPlugins } from "#runs/loaded-plugins.ts";
import { locationsOf } from "#runs/locations.ts";
import { CACHE, cachedValue, objectId } from "#test/plugin-values.ts";

const SESSION = SessionId.parse("06390ff4-38ea-4ff1-9e5e-f3b95f1e84e7");
const process = { pid: 7, startTime: "1" };
const at = "2026-11-20T12:00:00.000Z";
const [OLD, NEW] = ["1.0.0", "2.0.0"].map((version) => `${CACHE}/${version}`);

/** A process whose first stop put 1.0.0 on record, and which has marked these versions by now. */
async function loads(marked: readonly string[]) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "countersign-loads-")));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const locations = locationsOf({ COUNTERSIGN_HOME: home }, home, "linux");
  const copies = [{ path: OLD ?? "", version: "1.0.0", tree: objectId("a") }];
  const plugins = [{ id: "alpha@lab", evidence: "marker" as const, copies }];
  const known = { ...process, startedAt: null, version: null };
  await recordLoadedPlugins(locations, SESSION, { at, process: known, plugins, changedSince: [], notes: [] });
  const versions = marked.map((version) => {
    const path = `${CACHE}/${version}/.in_use/7`;
    return cachedValue(version, { holders: [{ path, pid: 7, procStart: "1", state: "alive" }] });
  });
  const outline: PluginOutline = {
    id: "alpha@lab",
    name: "alpha",
    marketplace: "lab",
    enablement: null,
    records: [],
    versions,
    loose: [],
  };
  const processes = [{ ...known, sessionId: SESSION, cwd: null, start: null }];
  return liveLoads(outline, { processes, source: null, recorded: recordedLoads(locations) });
}

test.each([
  ["none", [], { kind: "recorded", path: OLD }, "a"],
  ["the one that was recorded", ["1.0.0"], { kind: "marker", path: OLD }, "a"],
  ["another one", ["2.0.0"], { kind: "marker", path: NEW }, null],
  ["both", ["1.0.0", "2.0.0"], { kind: "markers", first: OLD }, "a"],
] as const)(
  "the tree on record is told of its own folder: marked is %s",
  async (_name, marked, evidence, tree) => {
    expect(await loads(marked)).toMatchObject([{ pid: 7, evidence, tree: tree && objectId(tree) }]);
  },
);
