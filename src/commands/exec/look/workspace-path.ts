import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";

/** What a path of the workspace leads to, every link followed. */
export type Place =
  | { readonly kind: "missing" }
  | { readonly kind: "outside" | "unreadable"; readonly detail: string }
  | { readonly kind: "there"; readonly path: string; readonly stats: Stats };

/**
 * Returns where a path of the workspace leads. `workspace` is a real path. A link that leads outside
 * is told also where what it leads to is not there.
 */
export function placeOf(workspace: string, path: string): Place {
  try {
    const real = realpathSync(join(workspace, path));
    if (!isInside(workspace, real)) return outside(real);
    return { kind: "there", path: real, stats: lstatSync(real) };
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      return { kind: "unreadable", detail: `cannot be looked at: ${oneLine(errorText(error))}` };
    }
    return isDangling(workspace, path)
      ? { kind: "outside", detail: "is a link that leads to nothing" }
      : missingBelow(workspace, path);
  }
}

/** Returns whether a real path is the folder or lies below it. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** The folders that are there decide where the missing rest would be. */
function missingBelow(workspace: string, path: string): Place {
  for (let above = dirname(path); above !== "."; above = dirname(above)) {
    const place = realOrUndefined(join(workspace, above));
    if (place !== undefined) return isInside(workspace, place) ? { kind: "missing" } : outside(place);
    if (isDangling(workspace, above))
      return { kind: "outside", detail: `lies below ${basename(above)}, a link that leads to nothing` };
  }
  return { kind: "missing" };
}

function outside(path: string): Place {
  return { kind: "outside", detail: `leads outside of the workspace, to ${oneLine(path)}` };
}

function isDangling(workspace: string, path: string): boolean {
  try {
    return lstatSync(join(workspace, path)).isSymbolicLink();
  } catch {
    return false;
  }
}

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
