import { oneLine } from "#base/text.ts";
import { UsageFault } from "#commands/command.ts";
import { findById } from "#runs/find-by-id.ts";
import type { Locations } from "#runs/locations.ts";
import { type ReceiptName, receiptNames } from "#runs/receipts/receipt-files.ts";
import { findRun } from "#runs/records/find-run.ts";
import type { RunName } from "#runs/records/run-files.ts";

/** What a word of the command line means. */
export type Target =
  | { readonly kind: "receipt"; readonly name: ReceiptName }
  | { readonly kind: "run"; readonly name: RunName }
  /** Whatever has the form of one: whether Codex knows it is for the evidence to tell. */
  | { readonly kind: "thread"; readonly threadId: string };

/** Ids become parts of paths. */
const ID = /^[A-Za-z0-9_-]{1,200}$/;
const THREAD = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MOST_CHOICES = 10;

/**
 * Returns what a text means: a receipt or a run by its whole id, its handle or `last`; else a thread of
 * Codex. No record is opened.
 *
 * @throws UsageFault for what is no id, and where several records or none could be meant.
 */
export function findTarget(locations: Locations, text: string): Target {
  if (!ID.test(text)) {
    throw usage(
      `"${oneLine(text)}" is no id; an id holds letters, digits, - and _, and \`countersign audit runs\` lists them`,
    );
  }
  if (THREAD.test(text)) return { kind: "thread", threadId: text.toLowerCase() };
  const [receipt, run] = [findById(receiptNames(locations), text), findRun(locations, text)];
  const found = [
    ...(receipt.kind === "found" ? [{ kind: "receipt", name: receipt.name } as const] : []),
    ...(run.kind === "found" ? [{ kind: "run", name: run.name } as const] : []),
  ].sort((a, b) => (a.name.id < b.name.id ? 1 : -1));
  const [first, second] = found;
  const alike = [receipt, run].flatMap((search) => (search.kind === "ambiguous" ? search.ids : []));
  const choices = [...found.map(({ name }) => name.id), ...alike];
  if (first !== undefined && (text === "last" || (second === undefined && alike.length === 0))) return first;
  if (choices.length === 0) {
    throw usage(
      `no record and no thread is named ${text}; \`countersign audit runs\` lists what is on record, and a commit is verified with --base REF`,
    );
  }
  const many = `${choices.length} records begin or end with ${text}; type more of one of these`;
  throw new UsageFault({ kind: "usage", text: many, choices: choices.slice(0, MOST_CHOICES) });
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
