import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makePrivateDirectory } from "#base/files.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { adoptServer } from "#codex/server/adopt-server.ts";
import { findServer, listenWords } from "#codex/server/find-server.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { readRecord } from "#codex/server/server-record.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

/** Listens where its last word says, as a server does. */
const SERVER = `
  const path = process.argv.at(-1).slice("unix://".length);
  const server = process.argv[1] === "deaf" ? { listen: (_, then) => then() } : require("net").createServer();
  server.listen(path, () => console.log("up"));
  setInterval(() => undefined, 1000);
`;

async function run(words: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", SERVER, "--", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return child;
}

function freshPlace(): ServerPlace {
  const place = serverPlace(join(scratchFolder(), "a place"));
  makePrivateDirectory(place.directory);
  return place;
}

test.each(["linux", "darwin"] as const)(
  "the server of a place is told by its last words alone: %s",
  async (platform) => {
    const [place, other] = [freshPlace(), freshPlace()];
    await run(["codex", ...listenWords(other)]);
    await run(["deaf", ...listenWords(place), "and more"]);
    expect(findServer(place, platform)).toBeUndefined();
    const server = await run(["codex", ...listenWords(place)]);
    expect(findServer(place, platform)?.pid).toBe(server.pid);
  },
);

test("one whose keeper was killed before it was on record is adopted, and put on record", async () => {
  const place = freshPlace();
  const server = await run(["codex", ...listenWords(place)]);
  const adopted = await adoptServer(place);
  expect(adopted?.process).toEqual(identifyProcess(server.pid ?? 0));
  expect(readRecord(place)).toEqual({ process: adopted?.process, socket: place.socket });
});

test("one that does not listen is ended", async () => {
  const place = freshPlace();
  const server = await run(["deaf", ...listenWords(place)]);
  const ended = once(server, "exit");
  expect(await adoptServer(place)).toBeUndefined();
  await ended;
  expect(findServer(place)).toBeUndefined();
});
