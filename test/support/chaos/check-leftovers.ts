import { existsSync } from "node:fs";
import { basename, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { wasKilled } from "./check-answers.ts";
import type { Stage } from "./stage.ts";
import { below } from "./state-files.ts";

/** Far beyond the keeper's grace of 5 s and what it takes to end a server, also on a machine under load. */
const GRACE_MS = 120_000;
const POLL_MS = 100;

/** When all sessions have ended and the grace has passed, nothing runs, listens, or lies about. */
export async function checkLeftovers(stage: Stage): Promise<readonly string[]> {
  const { world, sockets } = stage;
  const end = Date.now() + GRACE_MS;
  while (world.left().length > 0 && Date.now() < end) await delay(POLL_MS);
  const left = world.left().map(({ pid, command }) => `process ${pid} is left: ${command.slice(0, 200)}`);
  const listening = [...sockets]
    .filter((path) => existsSync(path))
    .map((path) => `the socket ${path} is left`);
  return [...left, ...listening, ...(await leftFiles(stage))];
}

/** A process that is killed outright cannot clean up after itself. */
async function leftFiles(stage: Stage): Promise<readonly string[]> {
  const { world, calls, struck, harm } = stage;
  const ends = await Promise.all(calls.map(async (call) => ({ call, end: await call.ended })));
  const killed =
    ends.some(wasKilled) || struck.some((what) => /SIGKILL|SIGTERM (?:keeper|server)/.test(what));
  if (killed) return [];
  const isOurs = (path: string): boolean => !harm.left.has(path) && isPassing(basename(path));
  const temporary = below(world.temporary, (path) => !isOfCodex(relative(world.temporary, path)));
  return [...below(world.state, isOurs), ...temporary].map(
    (path) => `${relative(world.state, path)} is left`,
  );
}

/** Codex's sandbox keeps one lock file in its own folder for good. */
function isOfCodex(path: string): boolean {
  return path.startsWith("codex-");
}

/** What is there only as long as somebody works. */
function isPassing(name: string): boolean {
  return /\.(?:tmp|patch|breaking|lock)$/.test(name) || name === "server.json" || name === "s";
}
