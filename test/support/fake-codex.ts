import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What the played app-server answers to one method: a result, or an error of this text. */
export type FakeReply = { readonly result: object } | { readonly error: string };

/**
 * Writes a program that plays `codex`: its version, one that shares no server, and `app-server` on
 * stdio. `replies` are by method; what is not among them is answered with `{}`. After `turn/start`
 * it sends `asks`, where there is one, as a request of its own.
 */
export function writeFakeCodex(
  path: string,
  replies: Readonly<Record<string, FakeReply>>,
  asks: { readonly method: string; readonly params: object } | null = null,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const given = `const replies = ${JSON.stringify(replies)};\nconst asks = ${JSON.stringify(asks)};\n`;
  writeFileSync(path, `#!${process.execPath}\n${given}${PROGRAM}`, { mode: 0o755 });
}

/** A review thread as the app-server describes it, in this sandbox. */
export function fakeThread(sandbox: "readOnly" | "dangerFullAccess"): FakeReply {
  const thread = { id: "played-thread", path: null, cliVersion: "0.127.0" };
  const model = { model: "gpt-5.5", modelProvider: "stand-in", instructionSources: [] };
  return { result: { thread, ...model, sandbox: { type: sandbox } } };
}

const PROGRAM = `
if (process.argv.includes("--version")) {
  console.log("codex-cli 0.127.0");
} else {
  process.emitWarning("this program is played", "DeprecationWarning");
  const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
  let rest = "";
  process.stdin.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) if (line !== "") answer(JSON.parse(line));
  });
  function answer({ id, method }) {
    if (id === undefined || method === undefined) return;
    const reply = replies[method] ?? { result: own[method] ?? {} };
    say("error" in reply ? { id, error: { code: -32600, message: reply.error } } : { id, result: reply.result });
    if (method === "turn/start" && asks !== null) say({ id: 0, ...asks });
  }
  const own = {
    initialize: { userAgent: "countersign/0.127.0 (Test)", codexHome: process.env.CODEX_HOME },
    "config/read": { config: {} },
    "command/exec": { exitCode: 1, stdout: "", stderr: "no sandbox is played here" },
    "turn/start": { turn: { id: "played-turn" } },
  };
}
`;
