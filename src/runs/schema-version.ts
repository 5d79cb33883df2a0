import * as z from "zod/mini";
import { JsonFault, parseShape } from "#base/json.ts";

/** What one version wrote, as an object of which nothing but the form is known. */
export type Older = Readonly<Record<string, unknown>>;

/**
 * One kind of file: its name without the version, its form today, and how an older form becomes the
 * next one. The first step leads from version 1 to 2; so today's version is one more than there are steps.
 */
export type Versioned<S extends z.ZodMiniType> = {
  readonly name: string;
  readonly shape: S;
  readonly steps: readonly ((older: Older) => Older)[];
};

/** `newer`: a later version of Countersign wrote it. It is not damaged, and not ours to touch. */
export type VersionedRead<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "newer"; readonly schema: string };

const Named = z.looseObject({ schema: z.string() });

/**
 * Returns what a file says in today's form, whichever version wrote it. Nothing is written: the file
 * stays as it is until somebody has something new to say.
 *
 * @throws JsonFault `wrong-shape` where it is of another kind, or not in the form that its version has.
 */
export function readVersioned<S extends z.ZodMiniType>(
  value: unknown,
  { name, shape, steps }: Versioned<S>,
): VersionedRead<z.output<S>> {
  const named: Older & { readonly schema: string } = parseShape(value, Named);
  const version = versionIn(named.schema, name);
  if (version === undefined) throw wrongSchema(named.schema, name);
  if (version > steps.length + 1) return { kind: "newer", schema: named.schema };
  let current: Older = named;
  for (const [index, step] of steps.slice(version - 1).entries()) {
    current = { ...step(current), schema: schemaName(name, version + index + 1) };
  }
  return { kind: "read", value: parseShape(current, shape) };
}

/** Returns what is said of a file that a later version wrote. */
export function laterVersion(schema: string): string {
  return `a later version of Countersign wrote it (${schema}): update to read it`;
}

function versionIn(schema: string, name: string): number | undefined {
  const [, number] = /^countersign\/[a-z-]+\/([1-9]\d{0,8})$/.exec(schema) ?? [];
  return number !== undefined && schema === schemaName(name, Number(number)) ? Number(number) : undefined;
}

function schemaName(name: string, version: number): string {
  return `countersign/${name}/${version}`;
}

function wrongSchema(schema: string, name: string): JsonFault {
  return new JsonFault({ kind: "wrong-shape", issues: [`schema: ${schema} is no countersign/${name}`] });
}
