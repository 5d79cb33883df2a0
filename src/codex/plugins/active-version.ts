/**
 * Returns which of the version folders of a plugin Codex loads, or `undefined` where there is none:
 * `local`, which stands for a plugin without a version, else the highest one, by the rules of semantic
 * versions where both are such, else by their characters (0.169).
 */
export function activeVersion(versions: readonly string[]): string | undefined {
  if (versions.includes(UNVERSIONED)) return UNVERSIONED;
  return versions.toSorted(compare).at(-1);
}

/** What a plugin without a version is kept under. */
export const UNVERSIONED = "local";
const SEMANTIC = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

type Semantic = { readonly numbers: readonly number[]; readonly before: readonly string[] | null };

function compare(left: string, right: string): number {
  const [a, b] = [semanticOf(left), semanticOf(right)];
  const order = a === undefined || b === undefined ? 0 : compareSemantic(a, b);
  return order === 0 ? byCharacters(left, right) : order;
}

function semanticOf(version: string): Semantic | undefined {
  const [whole, major, minor, patch, before] = SEMANTIC.exec(version) ?? [];
  if (whole === undefined) return undefined;
  return { numbers: [major, minor, patch].map(Number), before: before?.split(".") ?? null };
}

/** A version before a release (`-rc.1`) is lower than the release. */
function compareSemantic(a: Semantic, b: Semantic): number {
  const difference = a.numbers
    .map((number, index) => number - (b.numbers[index] ?? 0))
    .find((one) => one !== 0);
  if (difference !== undefined) return difference;
  if (a.before === null || b.before === null) return Number(a.before === null) - Number(b.before === null);
  return compareParts(a.before, b.before);
}

function compareParts(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const [a, b] = [numberOf(part), numberOf(other)];
    const order = a !== null && b !== null ? a - b : Number(a === null) - Number(b === null);
    const settled = order === 0 && a === null ? byCharacters(part, other) : order;
    if (settled !== 0) return settled;
  }
  return left.length - right.length;
}

function numberOf(part: string): number | null {
  return /^\d+$/.test(part) ? Number(part) : null;
}

function byCharacters(left: string, right: string): number {
  return Number(left > right) - Number(left < right);
}
