import { type AuditChange, changesSince, keptAudit } from "#audit/plugins/kept-audit.ts";
import { count, oneLine } from "#base/text.ts";
import { type Call, printJson } from "#commands/command.ts";
import { momentText } from "#commands/receipt-row.ts";
import { locationsOf } from "#runs/locations.ts";
import { auditNow } from "./audit-now.ts";
import type { AuditOptions } from "./audit-options.ts";
import { recordedAudit } from "./recorded-audit.ts";
import { changeLine } from "./report/change-lines.ts";
import { ageText } from "./report/short-texts.ts";
import { auditOnRecord, type StoredAudit } from "./stored-audit.ts";

/** Says what changed since an audit on record. Exit code 0 nothing, 1 something, 2 could not be told. */
export async function compareAudits(call: Call, options: AuditOptions, since: string): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const before = auditOnRecord(locations, since, call.cwd);
  const now = await auditNow(call, options);
  const { project, configDirectory } = now.scene.places;
  const changes = changesSince(before.audit, keptAudit(now.audit));
  const code = exitCodeOf(changes);
  const recorded = await recordedAudit(call, now);
  const notes = [
    ...(before.project === project ? [] : [`it was asked in ${before.project}, and now in ${project}`]),
    ...(before.configDirectory === configDirectory
      ? []
      : [`it was about ${before.configDirectory}, and this is about ${configDirectory}`]),
  ];
  if (options.format === "json") {
    const { path, at, version } = before;
    printJson(call, "audit-plugins-since", {
      since: { path, at, version },
      notes,
      changes,
      recorded,
      exitCode: code,
    });
    return code;
  }
  call.stdout.write(`${headText(call, before, changes)}\n`);
  for (const change of changes) call.stdout.write(`  ${oneLine(changeLine(change))}\n`);
  for (const note of notes) call.stderr.write(`countersign: ${oneLine(note)}\n`);
  if (recorded !== null) call.stderr.write(`recorded as ${recorded.id}\n`);
  return code;
}

function headText({ now }: Call, { at }: StoredAudit, changes: readonly AuditChange[]): string {
  const what = changes.length === 0 ? "nothing changed" : count(changes.length, "change");
  return `Since ${momentText(at)} UTC (${ageText(Date.parse(at), now.getTime())} ago): ${what}.`;
}

function exitCodeOf(changes: readonly AuditChange[]): 0 | 1 | 2 {
  if (changes.some(({ kind }) => kind !== "not-comparable")) return 1;
  return changes.length === 0 ? 0 : 2;
}
