import { errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import { type SchemaCheck, schemaCheck } from "#commands/exec/contract/json-schema.ts";
import type { ContractOutput } from "#gate/contract/contract.ts";
import type { FileContent } from "#gate/contract/run-seen.ts";

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
      return faultsOf([{ text: pieces.join(""), where: "" }], check) ?? NO_FAULT;
    },
  };
}

/** Lines end with a line feed; empty ones are passed over. Those that were read at once are checked at once. */
function lineReader(check: SchemaCheck | undefined): FormReader {
  let rest = "";
  let number = 0;
  let fault: Faults | undefined;
  const take = (lines: readonly string[]): void => {
    const texts = lines.map((text, index) => ({ text, where: `line ${number + index + 1}: ` }));
    number += lines.length;
    fault ??= faultsOf(
      texts.filter(({ text }) => text.trim() !== ""),
      check,
    );
  };
  const reader = textReader((text) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    take(lines);
    if (rest.length <= LONGEST_JSON) return;
    fault ??= { form: `line ${number + 1} is longer than ${LONGEST_JSON} characters`, schema: undefined };
    rest = "";
  });
  return {
    take: reader.take,
    end: () => {
      const { form } = reader.end();
      take([rest]);
      return form === undefined ? (fault ?? NO_FAULT) : { form, schema: undefined };
    },
  };
}

/** Returns what is wrong with an answer that is to be JSON, or `undefined`. */
export function answerFault(text: string, check: SchemaCheck): string | undefined {
  const faults = faultsOf([{ text, where: "" }], check);
  return faults?.form ?? faults?.schema;
}

type Faults = Pick<FileContent, "form" | "schema">;
const NO_FAULT: Faults = { form: undefined, schema: undefined };

/** A JSON text, and what its faults begin with. */
type Piece = { readonly text: string; readonly where: string };

function faultsOf(pieces: readonly Piece[], check: SchemaCheck | undefined): Faults | undefined {
  const values: unknown[] = [];
  for (const { text, where } of pieces) {
    const parsed = decoded(text);
    if (parsed.kind === "not-json") return { form: `${where}${parsed.why}`, schema: undefined };
    values.push(parsed.value);
  }
  const fault = check === undefined ? undefined : refused(check, values);
  if (fault === undefined) return undefined;
  return { form: undefined, schema: `${pieces[fault.index]?.where ?? ""}${fault.detail}` };
}

/** A check that could not come to its end is no yes. */
function refused(check: SchemaCheck, values: readonly unknown[]): ReturnType<SchemaCheck> {
  try {
    return check(values);
  } catch (error) {
    const why = clip(oneLine(errorText(error)), DETAIL_LENGTH);
    return { index: 0, detail: `the schema could not be applied: ${why}` };
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
