import * as z from "zod/mini";
import type { PluginAudit } from "./audit-plugins.ts";
import { PluginState, stateOf } from "./plugin-state.ts";

const SCHEMA = "countersign/plugins-lock/1";

/** `plugins.lock.json`: every plugin that a new session loads, and the bytes that it loads. */
export const PluginsLock = z.strictObject({
  schema: z.literal(SCHEMA),
  plugins: z.array(PluginState),
});
export type PluginsLock = z.output<typeof PluginsLock>;

/**
 * Returns the lock of what a new session would load, by host and id. What cannot be foretold is in it
 * too, without a tree: it is neither known to be there nor known to be gone.
 */
export function lockOf({ plugins }: PluginAudit): PluginsLock {
  return {
    schema: SCHEMA,
    plugins: plugins.filter(({ next }) => next.kind !== "does-not-load").map(stateOf),
  };
}

/** Returns a lock as the text of its file: equal locks, equal bytes. */
export function lockText(lock: PluginsLock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}
