import { userInfo } from "node:os";
import { isAbsolute } from "node:path";
import { errorCode } from "./fault.ts";

/** What containers take for the home of a user whom their system does not know. */
const OF_NOBODY = "/";

/**
 * Returns the user's home folder: HOME where that is a place, else the one that the system knows. Into an
 * environment whose HOME is missing, empty or relative it is put, so that whatever we start, and every
 * later question of our own, finds the same one: counted from where each runs, it would lie in the
 * repository. Windows finds it in other ways.
 */
export function settleHome(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const named = environment["HOME"] ?? "";
  if (isAbsolute(named)) return named;
  const home = knownHome();
  if (platform !== "win32") environment["HOME"] = home;
  return home;
}

function knownHome(): string {
  try {
    return userInfo().homedir || OF_NOBODY;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return OF_NOBODY;
  }
}
