/** A text that somebody changed, and what was done to it. `where`: the field or the line. */
export type Mutation = { readonly what: string; readonly where: string; readonly text: string };

type Path = readonly (string | number)[];

/** Returns a JSON text with each of its values changed, and each key and entry removed, one at a time. */
export function fieldMutations(json: string): readonly Mutation[] {
  const value: unknown = JSON.parse(json);
  return [...places(value, [])].flatMap((path) => {
    const where = path.filter((key) => typeof key === "string").join(".");
    const removed = { what: "removed", where, text: printed(withoutAt(value, path)) };
    return [...changed(at(value, path))]
      .map((next): Mutation => {
        return { what: "changed", where, text: printed(withAt(value, path, next)) };
      })
      .concat(removed);
  });
}

/** Returns a text with each line removed, changed in one character, doubled, and put after the next one. */
export function lineMutations(text: string): readonly Mutation[] {
  const lines = text.split("\n").slice(0, -1);
  const joined = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");
  return lines.flatMap((line, index) => {
    const where = String(index);
    const [before, after] = [lines.slice(0, index), lines.slice(index + 1)];
    const [next] = after;
    return [
      { what: "removed", where, text: joined([...before, ...after]) },
      { what: "changed", where, text: joined([...before, withOtherCharacter(line), ...after]) },
      { what: "doubled", where, text: joined([...before, line, line, ...after]) },
      ...(next === undefined || next === line
        ? []
        : [{ what: "swapped", where, text: joined([...before, next, line, ...after.slice(1)]) }]),
    ];
  });
}

/** Returns a text cut off at so many points, which lie evenly in it. */
export function cutMutations(text: string, points: number): readonly Mutation[] {
  return Array.from({ length: points }, (_, index) => {
    const end = Math.floor((text.length * index) / points);
    return { what: "cut", where: String(end), text: text.slice(0, end) };
  });
}

function* places(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    yield [...path, key];
    yield* places(at(value, [key]), [...path, key]);
  }
}

/** Other values of the same kind, and one of another kind where the value is absent. */
function* changed(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield withOtherCharacter(value);
  if (typeof value === "number") yield value + 1;
  if (typeof value === "boolean") yield !value;
  if (value === null) yield "x";
  else if (typeof value !== "object") yield null;
  if (Array.isArray(value)) yield [...value, ...(value.length === 0 ? ["x"] : value.slice(-1))];
}

/** One character in the middle is another of its kind, so that the form stays. */
function withOtherCharacter(text: string): string {
  const from = Math.floor((text.length * 2) / 3);
  for (let step = 0; step < text.length; step += 1) {
    const index = (from + step) % text.length;
    const other = otherOf(text.charAt(index));
    if (other !== undefined) return text.slice(0, index) + other + text.slice(index + 1);
  }
  return `${text}x`;
}

function otherOf(character: string): string | undefined {
  if (/[0-8]/.test(character)) return String(Number(character) + 1);
  if (character === "9") return "8";
  if (/[a-eA-E]/.test(character)) return String.fromCharCode(character.charCodeAt(0) + 1);
  return /[fF]/.test(character) ? String.fromCharCode(character.charCodeAt(0) - 1) : undefined;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (isTree(inner) ? Reflect.get(inner, key) : undefined), value);
}

function withAt(value: unknown, path: Path, next: unknown): unknown {
  const copy = structuredClone(value);
  const parent = at(copy, path.slice(0, -1));
  const key = path.at(-1);
  if (isTree(parent) && key !== undefined) Reflect.set(parent, key, next);
  return copy;
}

function withoutAt(value: unknown, path: Path): unknown {
  const copy = structuredClone(value);
  const parent = at(copy, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(parent) && typeof key === "number") parent.splice(key, 1);
  else if (isTree(parent) && key !== undefined) Reflect.deleteProperty(parent, key);
  return copy;
}

function isTree(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function printed(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
