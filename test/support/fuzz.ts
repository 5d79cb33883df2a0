import { expect } from "vitest";
import { FUZZ_SEED, fc } from "./seeded-check.ts";

/** How many tries a property gets: `FUZZ_RUNS=10000` looks longer than the test run can. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 200);

/** Tries a property on many values; `share` is for one whose tries cost more, such as a file each. */
export async function fuzz<T>(
  values: fc.Arbitrary<T>,
  property: (value: T) => Promise<void> | void,
  share = 1,
): Promise<void> {
  const tries = fc.asyncProperty(values, async (value) => await property(value));
  await fc.assert(tries, { numRuns: Math.ceil(RUNS * share), seed: FUZZ_SEED });
}

/** Any text, with halves of characters, NULs and what terminals obey in it. */
export function anyText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(
      "\0",
      "\ud83d",
      "\udc00",
      "\u2028",
      "\u202e",
      "\u001b[2J",
      "\r\n",
      "\ufeff",
      '"',
      "\\",
      "{",
      "[",
    ),
  );
  return fc.oneof(fc.string(), fc.string({ unit }));
}

/** Any value of JSON, with keys that objects inherit, numbers that nothing counts, and deep ones. */
export function anyJson(): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(1e308, -1e308, 1e21, Number.MIN_VALUE, -0, 2 ** 53, "", null, [], {});
  const leaf = fc.oneof(odd, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), anyText());
  const key = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "length", ""), fc.string());
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(objectOf),
    ),
  }));
  return value;
}

/** An object as JSON.parse makes it: `__proto__` is a member like any other. */
function objectOf(members: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(members);
}

/** The sample with one of its values, at whatever depth, in the place of which something else stands, or with a member more. */
export function mutated(sample: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(sample);
  return fc
    .tuple(fc.constantFrom(...places), anyJson(), fc.boolean())
    .map(([place, value, beside]) => withValue(sample, place, value, beside));
}

/** The sample once for each of its places, at whatever depth, with a value there whose length nothing compares with. */
export function unmeasurable(sample: unknown): readonly unknown[] {
  return placesIn(sample).map((place) => withValue(sample, place, { length: { toString: false } }, false));
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): readonly Place[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function withValue(whole: unknown, [first, ...rest]: Place, value: unknown, beside: boolean): unknown {
  if (first === undefined) {
    return beside && isPlain(whole)
      ? Object.fromEntries([...Object.entries(whole), ["__proto__", value]])
      : value;
  }
  if (Array.isArray(whole)) {
    return whole.map((item, index) =>
      String(index) === String(first) ? withValue(item, rest, value, beside) : item,
    );
  }
  if (!isPlain(whole)) return value;
  return Object.fromEntries(
    Object.entries(whole).map(([key, inner]) => [
      key,
      key === String(first) ? withValue(inner, rest, value, beside) : inner,
    ]),
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The sample's bytes as a broken disk or a killed writer leaves them: cut off, flipped, doubled. */
export function damaged(sample: string): fc.Arbitrary<Buffer> {
  const bytes = Buffer.from(sample);
  const at = fc.nat(Math.max(0, bytes.length - 1));
  return fc.oneof(
    fc.nat(bytes.length).map((end) => bytes.subarray(0, end)),
    fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }).map((flips) => {
      const copy = Buffer.from(bytes);
      for (const [place, byte] of flips) copy[place] = byte;
      return copy;
    }),
    at.map((place) => Buffer.concat([bytes.subarray(0, place), bytes])),
  );
}

/** Every beginning of the sample, the empty one first and the whole one left out. */
export function beginnings(sample: string): readonly Buffer[] {
  const bytes = Buffer.from(sample);
  return Array.from({ length: bytes.length }, (_none, end) => bytes.subarray(0, end));
}

/** JSON that is nested deeper than any parser that calls itself can go. */
export function nested(depth = 200_000): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

/**
 * Expects the work to grow with its input and not with the square of it: eight times the input may
 * take forty times the processor's time, where its square would take sixty-four. The best of several
 * tries counts, so that nothing else on the machine can make it fail.
 */
export async function expectLinear(run: (size: number) => Promise<void> | void, size: number): Promise<void> {
  let [small, large] = [0, Number.POSITIVE_INFINITY];
  for (let left = TRIES; left > 0 && large >= GROWTH * Math.max(small, LEAST_MS); left -= 1) {
    small = Math.max(small, await spent(() => run(size)));
    large = Math.min(large, await spent(() => run(8 * size)));
  }
  const told = `${small} ms for ${size}, ${large} ms for ${8 * size}`;
  expect(large, told).toBeLessThan(GROWTH * Math.max(small, LEAST_MS));
}

const [TRIES, GROWTH, LEAST_MS] = [4, 40, 5] as const;

/** Milliseconds of the processor: a machine under load is slow by the clock only. */
async function spent(run: () => Promise<void> | void): Promise<number> {
  const begin = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}
