import { errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import type { ContractOutput } from "#gate/contract/contract.ts";
import type { FileContent } from "#gate/contract/run-seen.ts";
import { type SchemaCheck, schemaCheck } from "./json-schema.ts";

/** Is handed a file's bytes as they are read, and says at their end what its form is not. */
export type FormReader = {
  readonly take: (bytes: Uint8Array) => void;
  readonly end: () => Pick<FileContent, "form" | "schema">;
};

/** In characters. A JSON value is held as a whole, and takes several times its text. */
const LONGEST_JSON = 64 * 1024 * 1024;
const DETAIL_LENGTH = 300;

/** Returns the reader for what an output is to be, or `undefined` where its bytes alone tell. */
export async function formReader({ kind, schema }: ContractOutput): Promise<FormReader | undefined> {
  switch (kind) {
    case "text":
      return textReader(() => undefined);
    case "json":
      return wholeReader(schema === undefined ? undefined : await schemaCheck(schema));
    case "jsonl":
      return lineReader(schema === undefined ? undefined : await schemaCheck(schema));
    default:
      return undefined;
  }
}

/** Decodes UTF-8 piece by piece. Text holds no NUL. */
function textReader(piece: (text: string) => void): FormReader {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let form: string | undefined;
  const decode = (bytes?: Uint8Array): void => {
    if (form !== undefined) return;
    try {
      const text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
      if (text.includes("\0")) form = "it holds a NUL, as no text does";
      else piece(text);
    } catch {
      form = "it is not UTF-8";
    }
  };
  return {
    take: decode,
    end: () => {
      decode();
      return { form, schema: undefined };
    },
  };
}

function wholeReader(check: SchemaCheck | undefined): FormReader {
  const pieces: string[] = [];
  let length = 0;
  const reader = textReader((text) => {
    length += text.length;
    if (length <= LONGEST_JSON) pieces.push(text);
  });
  return {
    take: reader.take,
    end: () => {
      const { form } = reader.end();
      if (form !== undefined) return { form, schema: undefined };
      if (length > LONGEST_JSON)
        return { form: `it is longer than ${LONGEST_JSON} characters`, schema: undefined };
      return verdictOn(pieces.join(""), check, "");
    },
  };
}

/** Lines end with a line feed; empty ones are passed over. */
function lineReader(check: SchemaCheck | undefined): FormReader {
  let rest = "";
  let number = 0;
  let fault: Pick<FileContent, "form" | "schema"> | undefined;
  const line = (text: string): void => {
    number += 1;
    if (fault !== undefined || text.trim() === "") return;
    const verdict = verdictOn(text, check, `line ${number}: `);
    if (verdict.form !== undefined || verdict.schema !== undefined) fault = verdict;
  };
  const reader = textReader((text) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
    if (rest.length <= LONGEST_JSON) return;
    fault ??= { form: `line ${number + 1} is longer than ${LONGEST_JSON} characters`, schema: undefined };
    rest = "";
  });
  return {
    take: reader.take,
    end: () => {
      const { form } = reader.end();
      line(rest);
      return form === undefined ? (fault ?? { form, schema: undefined }) : { form, schema: undefined };
    },
  };
}

function verdictOn(
  text: string,
  check: SchemaCheck | undefined,
  where: string,
): Pick<FileContent, "form" | "schema"> {
  const parsed = decoded(text);
  if (parsed.kind === "not-json") return { form: `${where}${parsed.why}`, schema: undefined };
  const fault = faultOf(check, parsed.value);
  return { form: undefined, schema: fault === undefined ? undefined : `${where}${fault}` };
}

/** Returns what is wrong with an answer that is to be JSON, or `undefined`. */
export function answerFault(text: string, check: SchemaCheck): string | undefined {
  const { form, schema } = verdictOn(text, check, "");
  return form ?? schema;
}

/** A check that could not come to its end is no yes. */
function faultOf(check: SchemaCheck | undefined, value: unknown): string | undefined {
  try {
    return check?.(value);
  } catch (error) {
    return `the schema could not be applied: ${clip(oneLine(errorText(error)), DETAIL_LENGTH)}`;
  }
}

type Decoded =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "not-json"; readonly why: string };

function decoded(text: string): Decoded {
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch (error) {
    return { kind: "not-json", why: `not JSON: ${clip(oneLine(errorText(error)), DETAIL_LENGTH)}` };
  }
}
