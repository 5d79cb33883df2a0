/** A plugin and its marketplace, by the names of its folders in the cache or by their own. */
export type PluginNames = { readonly marketplace: string; readonly name: string };

/**
 * Returns a look-up from the folders of the cache to the plugins that they are of, where one of these
 * ids (`name@marketplace`) is known to be meant. In the names of folders 2.1.330 writes a dash for
 * whatever is no letter, digit, dash or underscore.
 */
export function namesInCache(ids: Iterable<string>): (folders: PluginNames) => PluginNames {
  const known = new Map<string, PluginNames>();
  for (const id of ids) {
    const at = id.lastIndexOf("@");
    const names = { marketplace: id.slice(at + 1), name: id.slice(0, Math.max(at, 0)) };
    known.set(keyOf({ marketplace: folderName(names.marketplace), name: folderName(names.name) }), names);
  }
  return (folders) => known.get(keyOf(folders)) ?? folders;
}

function keyOf({ marketplace, name }: PluginNames): string {
  return `${name}@${marketplace}`;
}

function folderName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "-");
}
