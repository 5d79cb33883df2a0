import * as z from "zod/mini";
import type { LiveLoad } from "#audit/plugins/plugin-facts.ts";
import { SessionId } from "#base/ids.ts";
import { type LoadedPlugins, loadedPluginsOf, sessionsWithPlugins } from "#runs/loaded-plugins.ts";
import type { Locations } from "#runs/locations.ts";

type Recorded = Extract<LiveLoad["evidence"], { readonly kind: "recorded" }>;
type Process = Pick<LiveLoad, "pid" | "startTime" | "sessionId">;

/**
 * Returns a look-up of what stops have put on record of a living process: the copy of a plugin that it
 * held, by the latest of its records that could tell one; null where none does. The records of sessions
 * whose id nobody knows are read only once somebody asks for them.
 */
export function recordedLoads(locations: Locations): (process: Process, plugin: string) => Recorded | null {
  const ofSession = remembered((session: SessionId) => recordsOf(locations, session));
  const all = remembered((_: "all") => sessionsWithPlugins(locations).flatMap((id) => ofSession(id)));
  return (process, plugin) => {
    const id = z.safeParse(SessionId, process.sessionId);
    const named = id.success ? ofSession(id.data).filter((one) => isOf(one, process)) : [];
    const records = named.length > 0 ? named : all("all").filter((one) => isOf(one, process));
    for (const { at, plugins } of records.toSorted((a, b) => (a.at < b.at ? 1 : -1))) {
      const [copy, ...others] = plugins.find(({ id: one }) => one === plugin)?.copies ?? [];
      if (copy === undefined || others.length > 0) continue;
      return { kind: "recorded", path: copy.path, version: copy.version, at };
    }
    return null;
  };
}

function recordsOf(locations: Locations, session: SessionId): readonly LoadedPlugins[] {
  return loadedPluginsOf(locations, session).flatMap((one) => (one.kind === "read" ? [one.record] : []));
}

function isOf({ process }: LoadedPlugins, { pid, startTime }: Process): boolean {
  return process !== null && process.pid === pid && process.startTime === startTime;
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
