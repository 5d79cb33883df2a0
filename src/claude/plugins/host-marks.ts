/**
 * What Claude Code 2.1.330 itself puts at the top of a plugin's folder in its cache: when it was given up, who
 * holds it, and what became of its links. Nothing of it was installed.
 */
export const HOST_MARKS = [
  ".orphaned_at",
  ".in_use",
  ".links_materialized",
  ".claude-directory-proof.json",
] as const;
