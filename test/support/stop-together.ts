import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "#base/lock.ts";
import { eventuallyAsync } from "./eventually.ts";
import type { GateWorld, HookAnswer, WorldSession } from "./gate-world.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** Loaded before a hook: has it leave a file of its own once it finds that another has the stop's turn. */
const TELL = `const fs = require("node:fs");
const isThere = fs.existsSync;
fs.existsSync = (path) => {
  const found = isThere(path);
  if (found && String(path).endsWith(".stop.lock")) fs.writeFileSync(\`\${__dirname}/waits-\${process.pid}\`, "");
  return found;
};
`;

/**
 * Has two hooks of one stop decide about it and returns what they answered. Neither gets the stop's turn
 * before both wait for it: one that is only started when the other has decided knows of no other.
 */
export async function stopTogether(
  world: Pick<GateWorld, "state">,
  session: WorldSession,
  fields: object = {},
): Promise<readonly HookAnswer[]> {
  const folder = scratchFolder();
  const tell = join(folder, "tell.cjs");
  writeFileSync(tell, TELL);
  const env = { NODE_OPTIONS: `--require=${tell}` };
  const waiting = (): number => readdirSync(folder).filter((name) => name.startsWith("waits-")).length;
  const lock = join(world.state, "sessions", `${session.id}.stop.lock`);
  const start = async (): Promise<readonly Promise<HookAnswer>[]> => {
    const stops = [session.stop(fields, env), session.stop(fields, env)];
    await Promise.race([
      Promise.all(stops),
      eventuallyAsync(
        async () => waiting() === stops.length,
        () => `both hooks wait for the stop's turn: ${waiting()} do`,
      ),
    ]);
    return stops;
  };
  return await Promise.all(await withLock(lock, start, AbortSignal.abort()));
}
