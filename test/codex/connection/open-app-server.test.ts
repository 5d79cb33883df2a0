import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const { signal } = new AbortController();

/** A `codex` that says so often that another program holds its store, and then greets. */
const CODEX = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
appendFileSync(__filename + ".starts", "x");
if (readFileSync(__filename + ".starts", "utf8").length <= LOCKED) {
  process.stderr.write("Error: failed to open the store: database is locked\\n");
  process.exit(1);
}
process.stdin.setEncoding("utf8").on("data", (text) => {
  for (const line of text.split("\\n").filter((one) => one !== "")) {
    const { id, method } = JSON.parse(line);
    const result = { userAgent: "countersign/0.169.0 (x)", codexHome: "/nowhere" };
    if (method === "initialize") process.stdout.write(JSON.stringify({ id, result }) + "\\n");
  }
});
`;

function optionsFor(locked: number): ServerOptions {
  const root = scratchFolder();
  const path = join(root, "codex");
  writeFileSync(path, CODEX.replace("LOCKED", String(locked)), { mode: 0o755 });
  const codexHome = join(root, "codex-home");
  mkdirSync(codexHome);
  return {
    installation: { path, launchedFrom: path, version: "0.169.0" },
    environment: { PATH: "/usr/bin:/bin" },
    codexHome,
    serversDirectory: join(root, "servers"),
    leasesDirectory: join(root, "leases"),
    keeperScript: "/nonexistent",
    idleSeconds: 60,
    shared: false,
    clientVersion: "0.0.0",
  };
}

function starts({ installation }: ServerOptions): number {
  return readFileSync(`${installation.path}.starts`, "utf8").length;
}

test("a private server whose store another program holds is started again", async () => {
  const options = optionsFor(2);
  const server = await openAppServer(options, signal);
  expect(server).toMatchObject({ kind: "private", version: "0.169.0" });
  await server.close();
  expect(starts(options)).toBe(3);
});

test("where it is held for long, that is the failure", async () => {
  const options = optionsFor(100);
  await expect(openAppServer(options, signal)).rejects.toMatchObject({
    failure: { kind: "server-start-failed", detail: expect.stringContaining("database is locked") },
  });
  expect(starts(options)).toBe(3);
});
