import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/**
 * Writes each text, or the bytes, into the store, as it is, and returns the names of the blobs in the same order.
 * One git process for all of them.
 *
 * @throws GitFault
 */
export async function writeBlobs(
  store: ObjectStore,
  texts: readonly (string | Uint8Array)[],
  signal: AbortSignal,
): Promise<readonly ObjectId[]> {
  if (texts.length === 0) return [];
  const own = randomUUID();
  const files = texts.map((_text, index) => join(store.scratch, `${own}-${index}`));
  try {
    for (const [index, file] of files.entries()) writeFileSync(file, texts[index] ?? "", { mode: 0o600 });
    // Relative to the store, in which git works: these names hold nothing that git would unquote.
    const names = files.map((file) => `${basename(store.scratch)}/${basename(file)}\n`).join("");
    const command = {
      arguments: ["hash-object", "-w", "--no-filters", "--stdin-paths"],
      input: Buffer.from(names),
    };
    const output = (await runGit(insideStore(store), command, signal)).toString("latin1");
    return output
      .split("\n")
      .slice(0, texts.length)
      .map((line) => parseShape(line, ObjectId));
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}
