/** How one version lies to another. `other`: they differ, and which is newer cannot be told. */
export type VersionOrder = "same" | "older" | "newer" | "other";

const SEMANTIC = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** Returns how `a` lies to `b`. Order is seen only between semantic versions without a pre-release. */
export function versionOrder(a: string, b: string): VersionOrder {
  if (a === b) return "same";
  const left = numbersOf(a);
  const right = numbersOf(b);
  if (left === undefined || right === undefined) return "other";
  const apart = left.map((number, index) => number - Number(right[index])).find((by) => by !== 0);
  if (apart === undefined) return "other";
  return apart < 0 ? "older" : "newer";
}

function numbersOf(version: string): readonly number[] | undefined {
  const match = SEMANTIC.exec(version);
  if (match === null || match[4] !== undefined) return undefined;
  return match.slice(1, 4).map(Number);
}

/** Returns the name that the host gives to the cached folder of a version (measured with 2.1.330). */
export function folderNameOf(version: string): string {
  return version.replace(/[^A-Za-z0-9._-]/g, "-");
}
