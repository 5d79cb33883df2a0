import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a program that plays `codex exec`: it reads its instruction to the end and then runs `body`, in
 * which `say(event)` prints a line, `instruction` is what it read and `words` are its arguments. Asked for
 * MCP servers it has those that are given.
 */
export function writeScriptedCodex(path: string, body: string, servers: readonly object[] = []): void {
  mkdirSync(dirname(path), { recursive: true });
  const program = `#!${process.execPath}
const words = process.argv.slice(2);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
if (words[0] === "--version") {
  console.log("codex-cli 0.169.0");
} else if (words[0] === "mcp") {
  console.log(${JSON.stringify(JSON.stringify(servers))});
} else {
  let instruction = "";
  process.stdin.setEncoding("utf8").on("data", (text) => { instruction += text; }).on("end", () => {
    ${body}
  });
}
`;
  writeFileSync(path, program, { mode: 0o755 });
}
