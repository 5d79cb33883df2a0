import { type Context, createContext, Script } from "node:vm";
import { errorCode, errorText } from "#base/fault.ts";
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
/** By the clock: on a machine under load most of it is the time of others, and nothing was found out yet. */
const MOST_PATIENCE_MS = 8 * LONGEST_MS;
const DETAIL_LENGTH = 300;

/**
 * Returns the check of a JSON schema of 2020-12. `format` is taken as a remark, as that dialect does.
 *
 * @throws Error where it is no schema, has words that no schema has, or refers to a schema elsewhere.
 */
export async function schemaCheck(schema: Schema): Promise<SchemaCheck> {
  const [{ Ajv2020 }] = await Promise.all([import("ajv/dist/2020.js")]);
  if (JSON.stringify(schema).includes('"$async"')) throw new Error("$async is no word of JSON Schema");
  const fresh = () =>
    new Ajv2020({
      strict: true,
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      validateFormats: false,
      logger: false,
    });
  const bounded = withinTime();
  const validate = bounded(() => fresh().compile(schema));
  return (values) => {
    // Only a plain `true` is a yes: whatever else it were would count as one.
    const isRefused = (value: unknown): boolean => {
      const valid: unknown = validate(value);
      return valid !== true;
    };
    const index = bounded(() => values.findIndex(isRefused));
    if (index < 0) return undefined;
    const text = fresh().errorsText(validate.errors, { dataVar: "it", separator: "; " });
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

/**
 * Returns what runs work here, and ends it when it takes too long: only the machine can interrupt it. What
 * was interrupted is begun anew, as long as the time was not its own.
 */
function withinTime(): <T>(work: () => T) => T {
  const place: { work: () => void } = { work: () => undefined };
  const script = new Script("work()");
  const context = createContext(place);
  return (work) => {
    const results: ReturnType<typeof work>[] = [];
    place.work = () => void results.push(work());
    runPatiently(script, context);
    const [result] = results;
    if (result === undefined) throw new Error("no result");
    return result;
  };
}

function runPatiently(script: Script, context: Context): void {
  for (let patience = LONGEST_MS; ; patience *= 2) {
    const before = process.cpuUsage();
    try {
      script.runInContext(context, { timeout: patience });
      return;
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      const wasItsOwn = (user + system) / 1_000 > LONGEST_MS / 2;
      if (errorCode(error) !== "ERR_SCRIPT_EXECUTION_TIMEOUT" || wasItsOwn) throw error;
      if (patience >= MOST_PATIENCE_MS) throw error;
    }
  }
}
