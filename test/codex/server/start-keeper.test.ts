import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makePrivateDirectory } from "#base/files.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { hasKeeper, type KeeperStart, startKeeper } from "#codex/server/start-keeper.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { type Bundles, bundlePrograms, eventually } from "#test/shared-server.ts";

let programs: Bundles;
let place: ServerPlace;
let start: KeeperStart;

beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs.remove());
beforeEach(() => {
  const folder = scratchFolder();
  place = serverPlace(join(folder, "a folder with 'quotes' $(and) more"));
  start = {
    script: programs.keeper,
    environment: { PATH: process.env["PATH"] ?? "", SECRET: "of the user" },
    request: {
      codex: "/bin/false",
      launchedFrom: "/bin/false",
      ground: "",
      arguments: [],
      codexHome: folder,
      environmentNames: ["PATH", "SECRET"],
      leasesDirectory: join(folder, "leases"),
      idleSeconds: 1,
      startLock: join(folder, "start.lock"),
    },
  };
});

test("the keeper is small and speaks to no server", () => {
  const script = readFileSync(programs.keeper, "utf8");
  expect(script).not.toContain("vscode-jsonrpc");
  expect(script).not.toContain("WebSocket");
  expect(script.length).toBeLessThan(200_000);
});

test("a server that does not come up is told to who waits, and the keeper goes", async () => {
  expect(startKeeper(place, start)).toBe(true);
  await eventually(() => existsSync(place.failure));
  expect(readFileSync(place.failure, "utf8")).toContain("server-start-failed");
  await eventually(() => !hasKeeper(place) && !existsSync(place.lock));
  expect(existsSync(place.record)).toBe(false);
});

test("what is on disk is private and holds no value of the environment", async () => {
  startKeeper(place, start);
  await eventually(() => existsSync(place.failure));
  for (const path of [place.request, place.log]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(place.directory).mode & 0o777).toBe(0o700);
  expect(readFileSync(place.request, "utf8")).not.toContain("of the user");
  await eventually(() => !existsSync(place.lock));
});

test("where a keeper lives, none is started", () => {
  makePrivateDirectory(place.directory);
  writeFileSync(place.lock, JSON.stringify(identifyProcess(process.pid)));
  expect(hasKeeper(place)).toBe(true);
  expect(startKeeper(place, start)).toBe(false);
  expect(existsSync(place.request)).toBe(false);
});

test("a lock that is torn, or of a dead keeper, does not count", () => {
  makePrivateDirectory(place.directory);
  writeFileSync(place.lock, "{");
  expect(hasKeeper(place)).toBe(false);
  writeFileSync(place.lock, JSON.stringify({ ...identifyProcess(process.pid), startTime: "1" }));
  expect(hasKeeper(place)).toBe(false);
});
