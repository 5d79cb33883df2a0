import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";

/** The bytes of one plugin, in short. Null is what could not be told. */
const PluginBytes = z.strictObject({
  id: z.string(),
  version: z.nullable(z.string()),
  tree: z.nullable(ObjectId),
});

/**
 * The plugins that a session's process held, by the record of them: `plugins/SESSION/RECORD.json`. An id
 * that stands there twice is one of these two: which, cannot be told.
 */
export const PluginsInForce = z.strictObject({
  record: z.int().check(z.positive()),
  /** Digest of that record. */
  digest: z.string(),
  loaded: z.array(PluginBytes),
  /** How many more the record has. */
  leftOut: z.int(),
});
export type PluginsInForce = z.output<typeof PluginsInForce>;

/** What a session remembers of it, to see at the next stop whether anything changed. */
export const PluginsHeld = z.extend(PluginsInForce, {
  /** Digest of the process and of the host's marks for it. */
  marks: z.string(),
});
export type PluginsHeld = z.output<typeof PluginsHeld>;
