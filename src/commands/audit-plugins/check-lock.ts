import { comparedWithLock } from "#audit/plugins/compared-with-lock.ts";
import type { PluginsLock } from "#audit/plugins/plugins-lock.ts";
import { count, oneLine } from "#base/text.ts";
import { type Call, printJson, UsageFault } from "#commands/command.ts";
import { type AuditNow, auditNow } from "./audit-now.ts";
import type { AuditOptions } from "./audit-options.ts";
import { lockPath, readLock } from "./lock-file.ts";
import { recordedAudit } from "./recorded-audit.ts";
import { changeLine } from "./report/change-lines.ts";

/** Without these files nothing is known of what a session loads. */
const DECIDING: readonly string[] = ["file-unreadable", "file-newer"];

/** Compares what a session here would load with the lock. Exit code 0 the same, 1 not, 2 could not be told. */
export async function checkLock(call: Call, { fetch, format, lockFile }: AuditOptions): Promise<number> {
  const path = lockPath(call.cwd, lockFile);
  const lock = lockAt(path);
  const now = await auditNow(call, { fetch });
  const recorded = await recordedAudit(call, now);
  const { changes, exitCode } = comparedWithLock(lock, now.audit);
  const unread = unreadFiles(now);
  const code = unread.length > 0 ? 2 : exitCode;
  if (format === "json") {
    printJson(call, "audit-plugins-locked", { lock: path, changes, unread, recorded, exitCode: code });
    return code;
  }
  const head = changes.length === 0 ? "as in" : `${count(changes.length, "difference")} from`;
  call.stdout.write(`${count(lock.plugins.length, "locked plugin")}: ${head} ${path}\n`);
  for (const change of changes) call.stdout.write(`  ${oneLine(changeLine(change))}\n`);
  for (const file of unread)
    call.stderr.write(`countersign: ${oneLine(file)} cannot be read, so this is not all\n`);
  if (changes.length > 0) {
    call.stdout.write(
      "What was meant is locked anew by `countersign audit lock`; for what was not, see `countersign audit plugins`.\n",
    );
  }
  return code;
}

function lockAt(path: string): PluginsLock {
  const found = readLock(path);
  switch (found.kind) {
    case "lock":
      return found.lock;
    case "absent":
      throw usage(`there is no ${path}; \`countersign audit lock\` writes one`);
    case "newer":
    case "foreign":
      throw usage(`${path} is no lock that can be read (${oneLine(found.detail)})`);
  }
}

function unreadFiles({ audit }: AuditNow): readonly string[] {
  return audit.findings.flatMap((finding) =>
    DECIDING.includes(finding.kind) && "path" in finding ? [finding.path] : [],
  );
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `audit plugins: ${text}` });
}
