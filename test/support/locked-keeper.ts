import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parseJson } from "#base/json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { eventuallyAsync } from "./eventually.ts";

/** What stands in for a keeper: it lets go of its lock when it is told to end, and lives on. */
export type LockedKeeper = {
  /** Whether its lock is there. */
  readonly holds: () => boolean;
  readonly lives: () => boolean;
  /** Has it let go of the lock as if it had ended by itself. */
  readonly letGo: () => void;
  /** Ends the process itself. */
  readonly leave: () => void;
};

const SCRIPT = `const { rmSync } = require("node:fs");
const letGo = () => rmSync(process.argv[1], { force: true });
process.on("SIGTERM", letGo);
process.on("SIGUSR2", letGo);
setInterval(() => undefined, 1_000);
process.stdout.write("ready");`;

/** Starts it for a server below that folder. It ends with the test at the latest. */
export async function lockedKeeper(serversDirectory: string): Promise<LockedKeeper> {
  const folder = join(serversDirectory, "0123456789abcdef0123");
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, "keeper.lock");
  const child = spawn(process.execPath, ["-e", SCRIPT, lock], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let isReady = false;
  child.stdout.once("data", () => {
    isReady = true;
  });
  await eventuallyAsync(
    async () => isReady,
    () => "the keeper listens to signals",
  );
  writeFileSync(lock, JSON.stringify(identifyProcess(child.pid ?? -1)));
  const identity = parseJson(readFileSync(lock, "utf8"), ProcessIdentity);
  return {
    holds: () => existsSync(lock),
    lives: () => isAlive(identity),
    letGo: () => {
      child.kill("SIGUSR2");
    },
    leave: () => {
      child.kill("SIGKILL");
    },
  };
}
