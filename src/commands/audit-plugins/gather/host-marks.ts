/** What Claude Code 2.1.330 writes at the top of a folder that it loads: when it was given up, and who holds it. */
export const HOST_MARKS: readonly string[] = [".orphaned_at", ".in_use"];
