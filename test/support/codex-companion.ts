import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes a script that does what the official plugin's `codex-companion.mjs task PROMPT` does: it starts an
 * app-server of its own, has one turn done on a thread that is kept, and prints the answer and the thread.
 */
export function writeCompanion(folder: string): string {
  const scripts = join(folder, "scripts");
  mkdirSync(scripts, { recursive: true });
  const path = join(scripts, "codex-companion.mjs");
  writeFileSync(path, SCRIPT);
  return path;
}

const SCRIPT = `import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
const server = spawn("codex", ["app-server"], { stdio: ["pipe", "pipe", "ignore"] });
const waiting = new Map();
let next = 0;
let answer = "";
const send = (message) => server.stdin.write(JSON.stringify(message) + "\\n");
const ask = (method, params) => {
  send({ id: ++next, method, params });
  return new Promise((resolve) => waiting.set(next, resolve));
};
createInterface({ input: server.stdout }).on("line", (line) => {
  const message = JSON.parse(line);
  if (message.id !== undefined && message.method === undefined) waiting.get(message.id)(message.result);
  if (message.params?.item?.type === "agentMessage") answer = message.params.item.text;
  if (message.method === "turn/completed") {
    process.stdout.write(answer + "\\nCodex session ID: " + message.params.threadId + "\\n");
    server.kill();
  }
});
await ask("initialize", { clientInfo: { name: "Claude Code", version: "1.0.0" } });
send({ method: "initialized" });
const { thread } = await ask("thread/start", { cwd: process.cwd(), ephemeral: false, sandbox: "read-only" });
const text = process.argv.slice(3).join(" ");
await ask("turn/start", { threadId: thread.id, input: [{ type: "text", text }] });
`;
