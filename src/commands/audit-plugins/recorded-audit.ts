import { keptAudit } from "#audit/plugins/kept-audit.ts";
import type { Call } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import { locationsOf } from "#runs/locations.ts";
import type { AuditName } from "#runs/plugin-audits.ts";
import type { AuditNow } from "./audit-now.ts";
import { storeAudit } from "./stored-audit.ts";

/**
 * Puts an audit on record where that was asked for; null where it was not.
 *
 * @throws StateFault where the file system refuses.
 */
export async function recordedAudit(call: Call, { audit, scene }: AuditNow): Promise<AuditName | null> {
  if (!call.flags.has("record")) return null;
  const { environment, home, platform, now } = call;
  const { project, configDirectory } = scene.places;
  return await storeAudit(locationsOf(environment, home, platform), {
    at: now.toISOString(),
    version: packageVersion(),
    project,
    configDirectory,
    audit: keptAudit(audit),
  });
}
