import type { Removed } from "#runs/prune/prune-records.ts";

/** What can be pruned, in the order in which it is, with the words for one and for several. */
export const PRUNED_NOUNS = [
  ["sessions", "session", "sessions"],
  ["receipts", "receipt", "receipts"],
  ["runs", "run with its records", "runs with their records"],
  ["verdicts", "kept verdict", "kept verdicts"],
  ["requests", "answered request", "answered requests"],
  ["audits", "recorded audit of plugins", "recorded audits of plugins"],
  ["plugins", "record of a session's plugins", "records of sessions' plugins"],
  ["changes", "recorded change of settings", "recorded changes of settings"],
  ["watched", "note of a watched settings file", "notes of watched settings files"],
  ["stores", "private object store", "private object stores"],
  ["objects", "file in private object stores", "files in private object stores"],
  ["fetched", "fetched history of plugins", "fetched histories of plugins"],
  ["servers", "folder of a shared server", "folders of shared servers"],
  [
    "worktrees",
    "work tree that is gone, in a session's record",
    "work trees that are gone, in sessions' records",
  ],
  ["listings", "kept listing of a crowded day", "kept listings of crowded days"],
  ["folders", "empty folder", "empty folders"],
  ["leftovers", "leftover of a killed process", "leftovers of killed processes"],
] as const;

/** How much of each went, or in a dry run would go. */
export type RemovedByKind = Readonly<Record<(typeof PRUNED_NOUNS)[number][0], Removed>>;

export const NOTHING: Removed = { count: 0, bytes: 0 };

export const NOTHING_REMOVED: RemovedByKind = {
  sessions: NOTHING,
  receipts: NOTHING,
  runs: NOTHING,
  verdicts: NOTHING,
  requests: NOTHING,
  audits: NOTHING,
  plugins: NOTHING,
  changes: NOTHING,
  watched: NOTHING,
  stores: NOTHING,
  objects: NOTHING,
  fetched: NOTHING,
  servers: NOTHING,
  worktrees: NOTHING,
  listings: NOTHING,
  folders: NOTHING,
  leftovers: NOTHING,
};
