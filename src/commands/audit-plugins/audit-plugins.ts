import { pluginVerdict } from "#audit/plugins/plugin-verdict.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import type { AuditName } from "#runs/plugin-audits.ts";
import { type AuditNow, auditNow } from "./audit-now.ts";
import { type AuditFormat, auditOptions } from "./audit-options.ts";
import { checkLock } from "./check-lock.ts";
import { compareAudits } from "./compare-audits.ts";
import { recordedAudit } from "./recorded-audit.ts";
import { auditJson } from "./report/audit-json.ts";
import { printAudit } from "./report/audit-text.ts";
import { markdownBlock } from "./report/markdown-block.ts";
import { showSession } from "./show-session.ts";

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
  if (options.session !== null) return await showSession(call, options.session, options.format);
  if (options.locked) return await checkLock(call, options);
  if (options.since !== null) return await compareAudits(call, options, options.since);
  const now = await auditNow(call, options);
  const recorded = await recordedAudit(call, now);
  const { exitCode } = pluginVerdict(now.audit);
  await print(call, now, { format: options.format, recorded, exitCode });
  if (recorded !== null && options.format !== "json") call.stderr.write(`recorded as ${recorded.id}\n`);
  return exitCode;
}

type Answer = {
  readonly format: AuditFormat;
  readonly recorded: AuditName | null;
  readonly exitCode: number;
};

async function print(
  call: Call,
  { audit, scene }: AuditNow,
  { format, recorded, exitCode }: Answer,
): Promise<void> {
  const about = { at: call.now.toISOString(), version: packageVersion() };
  switch (format) {
    case "json":
      printJson(call, "audit-plugins", { ...about, ...auditJson(audit, scene), recorded, exitCode });
      break;
    case "markdown":
      call.stdout.write(await markdownBlock(call, audit, scene));
      break;
    case "wide":
    case "table":
      printAudit(call, audit, format === "wide");
  }
}
