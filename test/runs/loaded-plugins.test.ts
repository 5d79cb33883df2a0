import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { digestOf } from "#base/digest.ts";
import { ObjectId, SessionId } from "#base/ids.ts";
import {
  loadedPluginsOf,
  pluginsFolder,
  recordLoadedPlugins,
  sessionsWithPlugins,
} from "#runs/loaded-plugins.ts";
import { locationsOf } from "#runs/locations.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const session = SessionId.parse("s-1");
const said = (tree: string) => ({
  at: "2026-11-20T12:00:00.000Z",
  process: null,
  plugins: [
    {
      id: "alpha@lab",
      evidence: "marker" as const,
      copies: [{ path: "/c/alpha/1.0.0", version: "1.0.0", tree: ObjectId.parse(tree.repeat(40)) }],
    },
  ],
  changedSince: [],
  notes: [],
});

function places() {
  const root = scratchFolder();
  return locationsOf({ COUNTERSIGN_HOME: root }, root, "linux");
}

test("records are kept one after the other, and found again with their digest", async () => {
  const locations = places();
  expect(loadedPluginsOf(locations, session)).toEqual([]);
  const first = await recordLoadedPlugins(locations, session, said("a"));
  const second = await recordLoadedPlugins(locations, session, said("b"));
  const found = loadedPluginsOf(locations, session);
  expect([first.n, second.n]).toEqual([1, 2]);
  expect(found).toMatchObject([
    { kind: "read", digest: first.digest, record: { n: 1, session, ...said("a") } },
    { kind: "read", digest: second.digest, record: { n: 2, ...said("b") } },
  ]);
  const [one] = found;
  expect(one?.kind === "read" && digestOf(one.record)).toBe(first.digest);
  expect(loadedPluginsOf(locations, session, 1)).toEqual(found.slice(1));
  expect(sessionsWithPlugins(locations)).toEqual([session]);
});

test("what the last record says already is not said again, at whatever time", async () => {
  const locations = places();
  const first = await recordLoadedPlugins(locations, session, said("a"));
  const again = await recordLoadedPlugins(locations, session, {
    ...said("a"),
    at: "2026-11-20T13:00:00.000Z",
  });
  expect(again).toEqual(first);
  expect(loadedPluginsOf(locations, session)).toHaveLength(1);
});

test("a name that is taken is never overwritten", async () => {
  const locations = places();
  const folder = pluginsFolder(locations, session);
  mkdirSync(join(folder, "1.json"), { recursive: true });
  const { n } = await recordLoadedPlugins(locations, session, said("a"));
  expect(n).toBe(2);
  expect(loadedPluginsOf(locations, session)).toMatchObject([{ kind: "unreadable" }, { kind: "read" }]);
});

test.each(["", "{", '{"schema":"countersign/receipt/2"}', '{"schema":"countersign/loaded-plugins/1"}'])(
  "the record %j is told as one that cannot be read",
  async (text) => {
    const locations = places();
    const folder = pluginsFolder(locations, session);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1.json"), text);
    expect(loadedPluginsOf(locations, session)).toMatchObject([{ kind: "unreadable" }]);
  },
);

test("one of a later version says that it is", () => {
  const locations = places();
  const folder = pluginsFolder(locations, session);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "1.json"), '{"schema":"countersign/loaded-plugins/2"}');
  expect(loadedPluginsOf(locations, session)).toMatchObject([
    { kind: "unreadable", detail: expect.stringContaining("a later version of Countersign wrote it") },
  ]);
});
