import { auditPlugins as judge } from "#audit/plugins/audit-plugins.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { auditOptions } from "./audit-options.ts";
import { codexInventory, gatherPlugins } from "./gather/gather-plugins.ts";
import { progressOn } from "./progress.ts";
import { printPlugins } from "./report/print-plugins.ts";
import { summaryText } from "./report/summary-text.ts";

/** `countersign audit plugins`: which plugin bytes really run here. */
export const auditPlugins: Command = {
  name: "audit plugins",
  summary:
    "Compare what is recorded of Claude Code's plugins with their bytes, and with what sessions loaded.",
  usage:
    "[PLUGIN...] [--wide | --markdown | --json] [--fetch] [--record] [--since AUDIT | --locked [--lock FILE]] [--session ID]",
  options: {
    wide: { type: "boolean", help: "a row for each copy, with everything in full" },
    markdown: { type: "boolean", help: "one block for an issue, without names, secrets and the home folder" },
    json: JSON_OPTION,
    fetch: { type: "boolean", help: "ask remotes, and fetch their history into a store of our own" },
    record: { type: "boolean", help: "keep this audit, to compare a later one with it" },
    since: {
      type: "string",
      value: "AUDIT",
      help: "what changed since a kept audit: its id, a part of it, a path, or last",
    },
    locked: { type: "boolean", help: "compare with plugins.lock.json: exit code 1 where anything differs" },
    lock: { type: "string", value: "FILE", help: "another lock file for --locked" },
    session: { type: "string", value: "ID", help: "what one session loaded, also one that is over" },
  },
  positionals: Number.POSITIVE_INFINITY,
  run: runAudit,
};

/** Exit code 0 where all is in sync, 1 where something is wrong, 2 where it could not be told. */
async function runAudit(call: Call): Promise<number> {
  const options = auditOptions(call);
  const inventories = { claude: readInventory(call), codex: codexInventory(call) };
  const progress = progressOn(call);
  try {
    const gathering = { only: null, fetch: options.fetch, progress, recorded: () => null };
    const gathered = await gatherPlugins(inventories, gathering, call.signal);
    progress.clear();
    const audit = judge(gathered);
    if (options.format === "json") printJson(call, "audit-plugins", audit);
    else {
      call.stdout.write(`${summaryText(audit.plugins)}\n\n`);
      printPlugins(call.stdout, audit.plugins, call.positionals.length > 0);
      for (const finding of [...audit.findings, ...audit.plugins.flatMap(({ findings }) => findings)])
        call.stdout.write(`${JSON.stringify(finding)}\n`);
    }
    return 0;
  } finally {
    progress.clear();
  }
}
