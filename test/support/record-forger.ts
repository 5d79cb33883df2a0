import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { parseJson } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import { receiptNamed } from "#runs/receipts/receipt-files.ts";
import { LedgerLine } from "#runs/records/ledger-line.ts";
import { ledgerFile } from "#runs/records/ledger-lines.ts";
import { begunFile, endedFile, type RunName, runNamed } from "#runs/records/run-files.ts";

const Part = z.looseObject({ at: z.optional(z.unknown()) });

/**
 * Writes the ledger of runs anew over the records as they now lie there, as somebody does who knows how it
 * is made and forgets nothing: ends name their beginnings, lines the files, and each line the one before.
 */
export function forgeLedger(locations: Locations): void {
  const path = ledgerFile(locations);
  let previous: string | null = null;
  let text = "";
  for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
    const { record, part, ...rest } = parseJson(line, LedgerLine);
    if (part === "ended") nameBeginning(runOf(locations, record).folder);
    const bytes = readFileSync(fileOf(locations, { record, part }), "utf8");
    const { at: told } = parseJson(bytes, Part);
    const at = typeof told === "string" ? told : rest.at;
    const digest = part === "receipt" ? digestOf(parseJson(bytes, z.unknown())) : sha256(bytes);
    const forged = JSON.stringify({ ...rest, record, part, at, digest, previous });
    text += `${forged}\n`;
    previous = sha256(forged);
  }
  writeFileSync(path, text);
}

function fileOf(locations: Locations, { record, part }: Pick<LedgerLine, "record" | "part">): string {
  if (part === "receipt") return receiptNamed(locations, record)?.path ?? "missing";
  return part === "ended" ? endedFile(runOf(locations, record)) : begunFile(runOf(locations, record));
}

function runOf(locations: Locations, record: string): RunName {
  const name = runNamed(locations, record);
  if (name === undefined) throw new Error(`${record} is no run`);
  return name;
}

function nameBeginning(folder: string): void {
  const ended = join(folder, "ended.json");
  const digest = sha256(readFileSync(join(folder, "begun.json"), "utf8"));
  const text = readFileSync(ended, "utf8");
  writeFileSync(ended, text.replace(/"begun": "[0-9a-f]{64}"/, `"begun": "${digest}"`));
}

/** Seals a rollout anew in the record of a run, as it now lies there. */
export function forgeSeal(endedPath: string, rollout: string): void {
  const Sealed = z.looseObject({
    rollouts: z.array(z.looseObject({ seal: z.looseObject({ path: z.string() }) })),
  });
  const ended = parseJson(readFileSync(endedPath, "utf8"), Sealed);
  const bytes = readFileSync(rollout);
  for (const { seal } of ended.rollouts) {
    if (seal.path === rollout) Object.assign(seal, { bytes: bytes.length, sha256: sha256(bytes) });
  }
  writeFileSync(endedPath, `${JSON.stringify(ended, null, 2)}\n`);
}
