import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { placeOf } from "#codex/server/prewarm-app-server.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { checkServers } from "#commands/doctor/check-servers.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";
import { startFakeAppServer } from "#test/fake-app-server.ts";

const { signal } = new AbortController();

/** A machine with this version of codex, and the folder of the server that would be its own. */
async function machineWith(version: string): Promise<ExaminedStage & { readonly place: ServerPlace }> {
  const stage = examinedStage({ PATH: process.env["PATH"] ?? "" });
  const codex = stage.write("codex", `#!/bin/sh\necho 'codex-cli ${version}'\n`, 0o755);
  const environment = { ...stage.examined.environment, COUNTERSIGN_CODEX: codex };
  const examined = { ...stage.examined, environment };
  const place = placeOf(await codexServer(examined, DEFAULT_CONFIG, signal));
  return { ...stage, examined, place: serve(place) };
}

/** Lays out the folder as a keeper does; this process stands for the server. */
function serve(place: ServerPlace): ServerPlace {
  mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  return place;
}

function record(stage: ExaminedStage, place: ServerPlace): void {
  const path = place.record.slice(stage.root.length + 1);
  stage.write(path, { process: identifyProcess(process.pid), socket: place.socket });
}

async function fake(place: ServerPlace): Promise<void> {
  const server = await startFakeAppServer(place.socket);
  onTestFinished(() => server.close());
}

test("none is started to look for one", async () => {
  const { examined } = await machineWith("0.169.0");
  expect(await checkServers(examined, signal)).toEqual([
    {
      id: "server",
      state: "ok",
      what: "None runs now; the next session or review starts one",
      detail: ["0 sessions claim one"],
      next: null,
    },
  ]);
});

test("the lock of a server that comes up, the doctor's own too, is no server", async () => {
  const stage = await machineWith("0.169.0");
  stage.write("state/servers/start-0123456789abcdef0123.lock", "{}");
  expect(await checkServers(stage.examined, signal)).toMatchObject([{ id: "server", state: "ok" }]);
});

test.each([
  ["0.169.0", "ok", "1 shared server runs and answers"],
  ["0.168.0", "warning", "The shared server says Codex 0.169.0, and the one on PATH is 0.168.0"],
])("what a server says of itself stands beside codex %s on PATH", async (version, state, what) => {
  const stage = await machineWith(version);
  record(stage, stage.place);
  await fake(stage.place);
  const [server] = await checkServers(stage.examined, signal);
  expect(server).toMatchObject({ state, what });
  expect(server?.detail[0]).toBe(`of this shell's identity: ${stage.place.directory}`);
  expect(server?.detail[1]).toContain(`it says Codex 0.169.0; server ${process.pid}, keeper is gone`);
  expect(server?.detail[2]).toMatch(/^ {2}socket \S+ \(\d+ bytes\)$/);
});

test("a server of another identity may be of another version", async () => {
  const stage = await machineWith("0.168.0");
  const other = serve(serverPlace(join(stage.examined.locations.servers, "0123456789abcdef0123")));
  record(stage, other);
  await fake(other);
  const [server] = await checkServers(stage.examined, signal);
  expect(server).toMatchObject({ state: "ok" });
  expect(server?.detail[0]).toBe(`of another identity: ${other.directory}`);
});

test("one that accepts and says nothing is named, within seconds", async () => {
  const stage = await machineWith("0.169.0");
  record(stage, stage.place);
  const silent = createServer().listen(stage.place.socket);
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const [server] = await checkServers(stage.examined, signal);
  expect(server).toMatchObject({ state: "warning", what: "A shared server is there and is not used" });
  expect(server?.detail[1]).toContain("it accepts and says nothing for 3 s");
});

test("one in a folder that others can write is not spoken to", async () => {
  const stage = await machineWith("0.169.0");
  record(stage, stage.place);
  await fake(stage.place);
  chmodSync(stage.place.directory, 0o777);
  const [server] = await checkServers(stage.examined, signal);
  expect(server).toMatchObject({ state: "warning" });
  expect(server?.detail[1]).toContain("is open to other users");
});

test.each([
  ["an old codex", "0.120.0", "linux"],
  ["Windows", "0.169.0", "win32"],
] as const)("with %s there is none to share", async (_what, version, platform) => {
  const { examined } = await machineWith(version);
  const [server] = await checkServers({ ...examined, platform }, signal);
  expect(server).toMatchObject({
    state: "ok",
    what: expect.stringContaining("Each review starts a private one"),
  });
});
