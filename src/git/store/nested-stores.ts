import { statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { listIfPresent } from "#base/files.ts";
import type { ObjectStore } from "#git/repository.ts";

/** One variable of the environment may hold 128 KiB on Linux (execve(2), MAX_ARG_STRLEN). */
const MAX_NAMED_BYTES = 64 * 1024;

/** Returns a store by its folder. */
export function storeAt(directory: string): ObjectStore {
  return {
    directory,
    objects: join(directory, "objects"),
    indexes: join(directory, "indexes"),
    scratch: join(directory, "scratch"),
  };
}

/** Returns the folder of an inner repository's store. */
export function nestedStorePlace(outer: ObjectStore, key: string): string {
  return join(outer.directory, "nested", key);
}

/** Returns the stores of the repositories inside, and of those inside them. Runs nothing. */
export function nestedStores(store: ObjectStore): readonly ObjectStore[] {
  return listIfPresent(join(store.directory, "nested"))
    .filter((key) => /^[0-9a-f]+$/.test(key))
    .map((key) => storeAt(nestedStorePlace(store, key)))
    .flatMap((inner) => [inner, ...nestedStores(inner)]);
}

/**
 * Returns the variable that lets git read the objects of those stores too, and through them those
 * of the inner repositories (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES). It is not a file of the
 * store, so that no process can take it from another. Where there are too many for one variable,
 * those used last are named; what the others hold cannot be read, which is said of it.
 */
export function lentByNested(store: ObjectStore): Readonly<Record<string, string>> {
  const stores = nestedStores(store);
  if (stores.length === 0) return {};
  const places = stores.map((inner) => ({ place: quotedPlace(inner.objects), used: lastUse(inner) }));
  places.sort((a, b) => b.used - a.used);
  let room = MAX_NAMED_BYTES;
  const named = places.filter(({ place }) => {
    room -= Buffer.byteLength(place) + delimiter.length;
    return room >= 0;
  });
  return { GIT_ALTERNATE_OBJECT_DIRECTORIES: named.map(({ place }) => place).join(delimiter) };
}

/** Returns a path as git reads one in a list: what starts with a quote is a C string, so that any path can be named. */
export function quotedPlace(path: string): string {
  if (!/[\n"\\]/.test(path) && !path.includes(delimiter)) return path;
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

/** Every snapshot writes there. */
function lastUse(store: ObjectStore): number {
  return statSync(store.scratch, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
