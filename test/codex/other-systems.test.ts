import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import { socketPath } from "#codex/server/socket-path.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { examinedStage } from "#test/examined.ts";

const { signal } = new AbortController();

/** A codex that notes how it was started, greets, and ends when its stdin does or it is told to. */
function noteTaking(platform: NodeJS.Platform): { readonly options: ServerOptions; readonly note: string } {
  const stage = examinedStage();
  const note = join(stage.root, "started.json");
  const result = { userAgent: "countersign/0.169.0 (Test)", codexHome: stage.root };
  const server = stage.write(
    "server.cjs",
    `require("node:fs").writeFileSync(${JSON.stringify(note)}, JSON.stringify({ words: process.argv.slice(2), pid: process.pid }));
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      if (method === "initialize") console.log(JSON.stringify({ id, result: ${JSON.stringify(result)} }));
    });`,
  );
  const path = stage.write("codex.exe", `#!/bin/sh\nexec '${process.execPath}' '${server}' "$@"\n`, 0o755);
  const options = {
    installation: { path, launchedFrom: path, version: "0.169.0" },
    environment: { PATH: process.env["PATH"] ?? "" },
    codexHome: stage.root,
    serversDirectory: join(stage.root, "servers"),
    leasesDirectory: join(stage.root, "leases"),
    keeperScript: "/nonexistent/keeper.cjs",
    idleSeconds: 60,
    shared: true,
    clientVersion: "0.0.0",
    platform,
  };
  return { options, note };
}

test("on Windows each review has a private server, and says why", async () => {
  const { options, note } = noteTaking("win32");
  const server = await openAppServer(options, signal);
  onTestFinished(() => server.close());
  expect(server).toMatchObject({
    kind: "private",
    notShared: "Codex 0.169.0 cannot share a server on this system",
  });
  const started: unknown = JSON.parse(readFileSync(note, "utf8"));
  expect(started).toMatchObject({ words: expect.not.arrayContaining(["--listen"]) });
});

test("there it ends by itself or by a signal, and no other program is asked to end it", async () => {
  const { options, note } = noteTaking("win32");
  const server = await openAppServer(options, signal);
  const { pid }: { pid: number } = JSON.parse(readFileSync(note, "utf8"));
  await server.close();
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("nothing is started for later there", () => {
  const { options } = noteTaking("win32");
  prewarmAppServer(options);
  expect(existsSync(options.serversDirectory)).toBe(false);
});

/** sockaddr_un: 104 bytes on macOS, 108 on Linux, the last of them a zero. */
const LONGEST = { darwin: 103, linux: 107 };
const CLOSING = ".closing".length;

test.each([
  ["a short home", "/Users/ann"],
  ["a home of 200 characters", `/Users/${"a".repeat(193)}`],
  ["one that just fits", `/Users/${"a".repeat(15)}`],
  ["wide letters", `/Users/${"ä".repeat(60)}`],
])("a socket's path has room on every system: %s", (_what, home) => {
  const state = join(home, "Library/Application Support/countersign/servers", "0123456789abcdef0123");
  const bytes = Buffer.byteLength(socketPath(state));
  expect(bytes).toBeLessThanOrEqual(100);
  expect(bytes + CLOSING).toBeLessThanOrEqual(LONGEST.darwin);
});
