import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openShared } from "#codex/connection/shared-server.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("whoever ends the wait for a server gets the reason back that was given", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "codex"));
  const options: ServerOptions = {
    installation: { path: "/bin/false", launchedFrom: "/bin/false", version: "0.169.0" },
    environment: { PATH: process.env["PATH"] ?? "" },
    codexHome: join(folder, "codex"),
    serversDirectory: join(folder, "servers"),
    leasesDirectory: join(folder, "leases"),
    keeperScript: join(folder, "no-keeper.cjs"),
    idleSeconds: 1,
    shared: true,
    clientVersion: "0.0.0",
  };
  const ended = new AbortController();
  const reason = new Error("the deadline");
  const opening = openShared(options, ended.signal);
  ended.abort(reason);
  await expect(opening).rejects.toBe(reason);
});
