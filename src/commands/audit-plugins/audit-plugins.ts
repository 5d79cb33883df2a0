import { exitCodeOfVerdict, verdictOfWeights } from "#audit/verdict.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import { auditNow } from "./audit-now.ts";
import { auditOptions } from "./audit-options.ts";
import { auditJson } from "./report/audit-json.ts";
import { printAudit } from "./report/audit-text.ts";
import { markdownBlock } from "./report/markdown-block.ts";
import { toldFindings } from "./report/told-findings.ts";

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
  const { scene, audit } = await auditNow(call, options);
  const weights = toldFindings(audit).map(({ weight }) => weight);
  const code = exitCodeOfVerdict(verdictOfWeights(weights));
  switch (options.format) {
    case "json":
      printJson(call, "audit-plugins", { ...about(call), ...auditJson(audit, scene), exitCode: code });
      break;
    case "markdown":
      call.stdout.write(await markdownBlock(call, audit, scene));
      break;
    case "wide":
    case "table":
      printAudit(call, audit, options.format === "wide");
  }
  return code;
}

function about({ now }: Call) {
  return { at: now.toISOString(), version: packageVersion() };
}
