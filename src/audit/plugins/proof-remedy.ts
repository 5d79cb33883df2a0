import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";

/**
 * What may bring a proof of a copy's files: a history that is not here, or a new copy of what the history
 * has. Where there is neither, they can only be held to what they are now.
 */
export type ProofRemedy = "fetch" | "reinstall" | "lock";

/** Returns what helps where the files of a copy were matched with no commit. */
export function proofRemedy({ entry, marketplace }: PluginFacts, { match }: CopyFacts): ProofRemedy {
  // Neither is brought by a fetch: the contents of larger files, which it leaves out, and a submodule's.
  if (match.kind === "not-searched" && match.undecided === true) return "lock";
  const isWhole = match.kind === "not-found" && match.whole;
  switch (entry?.source.kind) {
    case "github":
    case "git":
      return isWhole ? "reinstall" : "fetch";
    case undefined:
    case "relative":
      if (isWhole) return entry === null ? "lock" : "reinstall";
      return isFetchable(marketplace) ? "fetch" : "lock";
    case "npm":
    case "escaping":
    case "other":
      return "lock";
  }
}

/** A clone that is whole is not fetched anew, and what is no repository has no history anywhere. */
function isFetchable(marketplace: PluginFacts["marketplace"]): boolean {
  if (marketplace === null || !["github", "git"].includes(marketplace.source.kind)) return false;
  const { clone } = marketplace;
  return clone.kind !== "clone" || clone.shallow || clone.partial;
}
