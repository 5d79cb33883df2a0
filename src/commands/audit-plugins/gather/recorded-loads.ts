import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { type LoadedPlugins, loadedPluginsOf } from "#runs/loaded-plugins.ts";
import type { Locations } from "#runs/locations.ts";
import type { LiveSurroundings } from "./live-loads.ts";

/**
 * Returns what hooks of ours put on record of living processes. The first record of a process counts: a
 * later one may have the mark of a version that came while the process went on with what it had.
 */
export function recordedLoads(locations: Locations): LiveSurroundings["recorded"] {
  const known = new Map<string, readonly LoadedPlugins[]>();
  return ({ pid, startTime, sessionId }, plugin) => {
    const id = z.safeParse(SessionId, sessionId);
    if (!id.success) return null;
    const records = known.get(id.data) ?? readRecords(locations, id.data);
    known.set(id.data, records);
    const own = records.find(({ process }) => process?.pid === pid && process.startTime === startTime);
    const found = own?.plugins.find((one) => one.id === plugin && one.evidence !== "predicted");
    const [copy, ...others] = found?.copies ?? [];
    if (own === undefined || copy === undefined || others.length > 0) return null;
    const { path, version, tree } = copy;
    return { evidence: { kind: "recorded", path, version, at: own.at }, tree };
  };
}

function readRecords(locations: Locations, session: SessionId): readonly LoadedPlugins[] {
  return loadedPluginsOf(locations, session).flatMap((one) => (one.kind === "read" ? [one.record] : []));
}
