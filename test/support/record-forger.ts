import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { parseJson } from "#base/json.ts";
import { LedgerLine, ledgerFile } from "#runs/ledger-lines.ts";
import type { Locations } from "#runs/locations.ts";
import { begunFile, endedFile, runNamed } from "#runs/run-files.ts";

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
    const { run, part, ...rest } = parseJson(line, LedgerLine);
    const name = runNamed(locations, run);
    if (name === undefined) throw new Error(`${run} is no run`);
    const file = part === "ended" ? endedFile(name) : begunFile(name);
    if (part === "ended") nameBeginning(name.folder);
    const bytes = readFileSync(file, "utf8");
    const { at: told } = parseJson(bytes, Part);
    const at = typeof told === "string" ? told : rest.at;
    const forged = JSON.stringify({ ...rest, run, part, at, digest: sha256(bytes), previous });
    text += `${forged}\n`;
    previous = sha256(forged);
  }
  writeFileSync(path, text);
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
