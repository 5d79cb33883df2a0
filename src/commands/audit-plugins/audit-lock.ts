import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { pluginVerdict } from "#audit/plugins/plugin-verdict.ts";
import { lockOf, lockText, type PluginsLock } from "#audit/plugins/plugins-lock.ts";
import { replaceFile } from "#base/files.ts";
import { count, oneLine } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { auditNow } from "./audit-now.ts";
import { lockPath, readLock } from "./lock-file.ts";

/** A file that is meant to be committed: everybody may read it. */
const READABLE = 0o644;

/** `countersign audit lock`: the bytes of all plugins, for `audit plugins --locked`. */
export const auditLock: Command = {
  name: "audit lock",
  summary:
    "Write plugins.lock.json: the source, commit and tree of every plugin that a session here would load.",
  usage: "[--output FILE] [--dry-run] [--json]",
  options: {
    output: { type: "string", value: "FILE", help: "where to (plugins.lock.json in this folder)" },
    "dry-run": { type: "boolean", help: "print the lock, and write nothing" },
    json: JSON_OPTION,
  },
  run: writeLock,
};

type Written = "written" | "unchanged" | "would-write";

/** Exit code 0; 2 where the bytes of a plugin could not be read, or the file is not ours to write over. */
async function writeLock(call: Call): Promise<number> {
  const path = lockPath(call.cwd, call.texts.get("output") ?? null);
  const before = readable(path);
  const { audit } = await auditNow(call, { fetch: false });
  const lock = lockOf(audit);
  const text = lockText(lock);
  const dry = call.flags.has("dry-run");
  const kind: Written = before === text ? "unchanged" : dry ? "would-write" : "written";
  if (kind === "written") replaceFile(path, text, READABLE);
  const unread = lock.plugins.filter(({ tree }) => tree === null).map(({ id }) => id);
  if (call.flags.has("json")) printJson(call, "audit-lock", { kind, path, unread, lock });
  else print(call, { kind, path, lock, text: dry ? text : "" }, audit);
  return unread.length === 0 ? 0 : 2;
}

/** Returns what stands there where it may be written over; nothing where there is no file yet. */
function readable(path: string): string | undefined {
  const found = readLock(path);
  switch (found.kind) {
    case "lock":
      return found.text;
    case "absent":
      if (existsSync(dirname(path))) return undefined;
      throw usage(`there is no folder ${dirname(path)}`);
    case "newer":
      throw usage(`${path}: ${found.detail}`);
    case "foreign":
      throw usage(
        `${path} is no lock of ours and is not written over (${oneLine(found.detail)}); name another file with --output, or move it away`,
      );
  }
}

type Told = {
  readonly kind: Written;
  readonly path: string;
  readonly lock: PluginsLock;
  readonly text: string;
};

const WORDS: Readonly<Record<Written, string>> = {
  written: "Locked",
  unchanged: "Already locked as they are:",
  "would-write": "Would lock",
};

function print(call: Call, { kind, path, lock, text }: Told, audit: PluginAudit): void {
  const { stdout, stderr } = call;
  stdout.write(text);
  const said = text === "" ? stdout : stderr;
  said.write(`${WORDS[kind]} ${count(lock.plugins.length, "plugin")} in ${path}.\n`);
  for (const { id, tree } of lock.plugins) {
    if (tree === null)
      stderr.write(`countersign: the files of ${oneLine(id)} could not be read; its content is not locked\n`);
  }
  if (pluginVerdict(audit).verdict === "clean") return;
  stderr.write(
    "countersign: a lock keeps what is there, be it right or wrong; `countersign audit plugins` says what is not in order\n",
  );
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `audit lock: ${text}` });
}
