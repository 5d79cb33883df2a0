import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchPulse } from "#codex/server/server-pulse.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { eventually } from "#test/shared-server.ts";

const PACE = { everyMs: 20, silentMs: 100 };

/** A process of its own, for one that hangs cannot be played in this one. */
async function listener(reaction: string): Promise<{ socket: string; signal(name: NodeJS.Signals): void }> {
  const socket = join(scratchFolder(), "s");
  const script = `require("net").createServer((c) => { c.on("error", () => {}); ${reaction} }).listen(process.argv[1], () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", script, socket], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return { socket, signal: (name) => child.kill(name) };
}

function watch(socket: string): () => boolean {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  return watchPulse(socket, PACE, over.signal);
}

test.each([
  ["closes the connection", "c.end()"],
  ["answers", 'c.write("HTTP/1.1 404 Not Found\\r\\n\\r\\n")'],
  ["drops the connection", "c.destroy()"],
])("one that hangs has no pulse until it goes on, where a living one %s", async (_case, reaction) => {
  const { socket, signal } = await listener(reaction);
  const answers = watch(socket);
  expect(answers()).toBe(true);
  signal("SIGSTOP");
  await eventually(() => !answers());
  signal("SIGCONT");
  await eventually(answers);
});

test("one that takes connections and never answers has none, nor has a socket that is gone", async () => {
  const { socket } = await listener("");
  const silent = watch(socket);
  await eventually(() => !silent());
  const { socket: lost } = await listener("c.end()");
  const gone = watch(lost);
  rmSync(lost);
  await eventually(() => !gone());
});
