import { statSync } from "node:fs";
import { join } from "node:path";
import { listIfPresent, removeIfPresent } from "#base/files.ts";
import type { ObjectStore } from "#git/repository.ts";
import { nestedStores } from "./nested-stores.ts";

/**
 * Removes from a store, and from those of the repositories inside, the objects that hold no byte, and
 * returns how many there were. A power cut leaves such files, for git does not wait for the disk with
 * each object (git-config(1), `core.fsync`); it takes them for written ever after, and fails wherever it
 * reads them. What is missing instead is written again, or known to be gone.
 */
export function removeTornObjects(store: ObjectStore): number {
  const torn = [store, ...nestedStores(store)]
    .flatMap(({ objects }) => looseObjects(objects))
    .filter(isEmpty);
  return torn.filter((path) => removeIfPresent(path)).length;
}

/** Each in a folder of two digits (gitrepository-layout(5)). What git still writes has another name. */
function looseObjects(objects: string): readonly string[] {
  return listIfPresent(objects)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .map((name) => join(objects, name))
    .flatMap((folder) =>
      listIfPresent(folder)
        .filter((name) => /^[0-9a-f]+$/.test(name))
        .map((name) => join(folder, name)),
    );
}

function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}
