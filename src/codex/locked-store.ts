/** Another program of the user can hold Codex's SQLite files while they are made: so often is a start tried. */
export const START_ATTEMPTS = 3;
export const BETWEEN_ATTEMPTS_MS = 300;

/** Returns whether a server that ended at once said that another program held its store. */
export function isStoreLocked(said: string): boolean {
  return /database is locked|database table is locked/i.test(said);
}
