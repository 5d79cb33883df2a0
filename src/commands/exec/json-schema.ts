import { createContext, runInContext } from "node:vm";
import { errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import type { Contract, Schema } from "#gate/contract/contract.ts";

/** Returns what a schema says against a value, on one line, or `undefined`. */
export type SchemaCheck = (value: unknown) => string | undefined;

/** A pattern of a schema can take longer than anybody lives. */
const LONGEST_MS = 10_000;
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
  const validate = bounded(() => ajv.compile(schema));
  return (value) => {
    // Only a plain `true` is a yes: whatever else it were would count as one.
    const valid: unknown = bounded(() => validate(value));
    if (valid === true) return undefined;
    const text = ajv.errorsText(validate.errors, { dataVar: "it", separator: "; " });
    return clip(oneLine(text), DETAIL_LENGTH);
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

/** Runs it here, and ends it when it takes too long: nothing but the machine itself can interrupt it. */
function bounded<T>(work: () => T): T {
  let result: readonly T[] = [];
  const place = createContext({
    work: () => {
      result = [work()];
    },
  });
  runInContext("work()", place, { timeout: LONGEST_MS });
  const [value] = result;
  if (value === undefined) throw new Error("no result");
  return value;
}
