import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { removeServer, unusedServers } from "#codex/server/unused-servers.ts";
import { ageFiles } from "#test/aged-state.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NOW = new Date();
const MONTH_AGO = new Date(NOW.getTime() - 30 * 24 * 60 * 60 * 1000);
const LIVING = JSON.stringify(identifyProcess(process.pid));

/** A place as it lies there when its server has ended, with what the test adds. */
function place(servers: string, digit: string, files: Readonly<Record<string, string>> = {}): string {
  const directory = join(servers, digit.repeat(20));
  mkdirSync(join(directory, "clients"), { recursive: true });
  for (const [name, text] of Object.entries({ "keeper.json": "{}", "server.log": "", ...files })) {
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

test("a place that nobody has used for long goes; one that is held, serves or has a client stays", async () => {
  const servers = scratchFolder();
  const outside = scratchFolder();
  writeFileSync(join(outside, "mine"), "");
  const unused = place(servers, "a");
  symlinkSync(outside, join(unused, "link"));
  place(servers, "b", { "keeper.lock": LIVING });
  place(servers, "c", {
    "server.json": JSON.stringify({ process: identifyProcess(process.pid), socket: "/s" }),
  });
  place(servers, "d", { "clients/1.mark": LIVING });
  writeFileSync(join(servers, "start-x.lock"), "");
  ageFiles(servers, NOW, 40);
  const used = place(servers, "e");
  expect(unusedServers(servers, MONTH_AGO)).toEqual([unused]);
  expect(await removeServer(unused)).toBe(true);
  expect(existsSync(unused)).toBe(false);
  expect(existsSync(used)).toBe(true);
  expect(readdirSync(outside)).toEqual(["mine"]);
});

test("a place in which a keeper begins meanwhile is left to it", async () => {
  const servers = scratchFolder();
  const directory = place(servers, "a", { "keeper.lock": LIVING });
  expect(await removeServer(directory)).toBe(false);
  expect(readdirSync(directory)).toContain("keeper.json");
  const serving = JSON.stringify({ process: identifyProcess(process.pid), socket: "/s" });
  const other = place(servers, "b", { "server.json": serving });
  expect(await removeServer(other)).toBe(false);
  expect(readdirSync(other)).toContain("server.json");
});
