import { createContext, Script } from "node:vm";
import { errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import type { Contract, Schema } from "#gate/contract/contract.ts";

/**
 * Returns the first of the values that a schema refuses, and why, on one line. To watch the clock costs
 * more than to check a small value: many are checked at once.
 */
export type SchemaCheck = (
  values: readonly unknown[],
) => { readonly index: number; readonly detail: string } | undefined;

/** A pattern of a schema can take longer than anybody lives. */
const LONGEST_MS = 5_000;
const DETAIL_LENGTH = 300;

/**
 * Returns the check of a JSON schema of 2020-12. `format` is taken as a remark, as that dialect does.
 *
 * @throws Error where it is no schema, has words that no schema has, or refers to a schema elsewhere.
 */
export async function schemaCheck(schema: Schema): Promise<SchemaCheck> {
  const [{ Ajv2020 }] = await Promise.all([import("ajv/dist/2020.js")]);
  if (JSON.stringify(schema).includes('"$async"')) throw new Error("$async is no word of JSON Schema");
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    logger: false,
  });
  const bounded = withinTime();
  const validate = bounded(() => ajv.compile(schema));
  return (values) => {
    // Only a plain `true` is a yes: whatever else it were would count as one.
    const isRefused = (value: unknown): boolean => {
      const valid: unknown = validate(value);
      return valid !== true;
    };
    const index = bounded(() => values.findIndex(isRefused));
    if (index < 0) return undefined;
    const text = ajv.errorsText(validate.errors, { dataVar: "it", separator: "; " });
    return { index, detail: clip(oneLine(text), DETAIL_LENGTH) };
  };
}

/** Returns what is wrong with the schemas of a contract, one line each, the key first. */
export async function schemaFaults({ outputs, answer }: Contract): Promise<readonly string[]> {
  const schemas = [
    ...outputs.map(({ schema }, index) => [`outputs.${index}.schema`, schema] as const),
    ...(answer.format === "json" ? [["answer.schema", answer.schema] as const] : []),
  ];
  const faults = schemas.map(async ([key, schema]) => {
    const fault = schema === undefined ? undefined : await faultOf(schema);
    return fault === undefined ? [] : [`${key}: ${fault}`];
  });
  return (await Promise.all(faults)).flat();
}

async function faultOf(schema: Schema): Promise<string | undefined> {
  try {
    await schemaCheck(schema);
    return undefined;
  } catch (error) {
    return clip(oneLine(errorText(error)), DETAIL_LENGTH);
  }
}

/** Returns what runs work here, and ends it when it takes too long: only the machine can interrupt it. */
function withinTime(): <T>(work: () => T) => T {
  const place: { work: () => void } = { work: () => undefined };
  const script = new Script("work()");
  const context = createContext(place);
  return (work) => {
    const results: ReturnType<typeof work>[] = [];
    place.work = () => void results.push(work());
    script.runInContext(context, { timeout: LONGEST_MS });
    const [result] = results;
    if (result === undefined) throw new Error("no result");
    return result;
  };
}
