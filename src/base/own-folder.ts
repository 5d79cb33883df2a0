import { chmodSync, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "./fault.ts";

const OPEN_TO_OTHERS = 0o077;
const PRIVATE_DIRECTORY = 0o700;

/**
 * Makes sure that a folder, where there is one, and what lies in it are this user's alone. One that is
 * open to others is closed, for all below it is closed with it. Returns what is wrong otherwise: it,
 * something in it, or what a link there leads to belongs to somebody else. `undefined` also where no
 * folder can be had there at all, for whoever uses it says so better, and on Windows, where folders
 * below the user's own are private by themselves.
 */
export function closeToOthers(folder: string): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) return undefined;
    const foreign = [folder, ...readdirSync(folder).map((name) => join(folder, name))].find((path) =>
      entries(path).some(({ uid }) => uid !== user),
    );
    if (foreign !== undefined) return `${foreign} belongs to another user`;
    if ((found.mode & OPEN_TO_OTHERS) !== 0) chmodSync(folder, found.mode & PRIVATE_DIRECTORY);
    return undefined;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** A link, and what it leads to. What is gone meanwhile belongs to nobody. */
function entries(path: string): readonly Stats[] {
  const found = [lstatSync(path, { throwIfNoEntry: false }), statSync(path, { throwIfNoEntry: false })];
  return found.flatMap((entry) => entry ?? []);
}
