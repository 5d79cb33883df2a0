import { posix } from "node:path";
import type { Call } from "#commands/command.ts";
import type { OutputKind } from "#gate/contract/contract.ts";
import { contractJson } from "./contract-json.ts";
import { contractText, usageFault } from "./contract-text.ts";

const KINDS: Readonly<Record<string, OutputKind>> = {
  ".txt": "text",
  ".md": "text",
  ".json": "json",
  ".jsonl": "jsonl",
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
  ".pdf": "pdf",
  ".zip": "zip",
};

/** Returns the contract that options come to, as it would stand in a file: it is checked as one. */
export async function contractOfFlags(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const list = (name: string) => call.lists.get(name) ?? [];
  const paths = (name: string) => list(name).map(plain);
  const schema = call.texts.get("answer-schema");
  const required = list("require");
  const allowed = list("allow");
  return {
    goal: await goalOf(call),
    tools: { allowed: allowed.length === 0 ? [] : [...new Set([...allowed, ...required])], required },
    requiredCommands: list("require-command"),
    inputs: paths("input").map((path) => ({ path })),
    images: paths("image"),
    outputs: paths("output").map((path) => ({
      path,
      kind: KINDS[posix.extname(path).toLowerCase()] ?? "any",
    })),
    prohibitions: {
      rules: list("forbid"),
      paths: list("keep"),
      othersUnchanged: call.flags.has("only-outputs"),
    },
    verify: list("verify").map((command) => ({ command: argvOf(command) })),
    ...(schema === undefined ? {} : { answer: { format: "json", schema: await schemaOf(call, schema) } }),
    ...(call.flags.has("write") ? { sandbox: "workspace-write" } : {}),
    ...generatesOf(call, paths("copy-to")),
  };
}

async function goalOf(call: Call): Promise<string> {
  const typed = [...call.positionals, ...[call.texts.get("goal")].flatMap((text) => text ?? [])];
  const [goal, other] = typed;
  if (other !== undefined)
    throw usageFault("the goal is given twice; give it once, as a word or with --goal");
  if (goal === undefined) {
    throw usageFault('nothing is to be done; give a goal (`countersign exec "..."`) or --contract FILE');
  }
  return goal === "-" ? await contractText(call, "goal", "-") : goal;
}

async function schemaOf(call: Call, name: string): Promise<unknown> {
  return contractJson(name, await contractText(call, "answer-schema", name));
}

/** What a shell completes a path to. */
function plain(path: string): string {
  return path === "" ? path : posix.normalize(path).replace(/(?<=.)\/$/, "");
}

/** Without a shell there is nobody who would understand more than blanks. */
function argvOf(command: string): readonly string[] {
  if (/["'`$\\|&;<>(){}*?~#\n]/.test(command)) {
    throw usageFault(
      `--verify takes words with blanks between them, and no shell reads them: ${command}; write it as a list of words in a contract file, or name a script`,
    );
  }
  return command.trim().split(/\s+/);
}

function generatesOf(call: Call, copyTo: readonly string[]): object {
  const images = call.texts.get("images");
  if (images !== undefined) return { generates: { images: Number(images), copyTo } };
  if (copyTo.length > 0) throw usageFault("--copy-to is for generated images; say how many with --images N");
  return {};
}
