import type { ByteReader } from "#git/byte-reader.ts";
import { textOf } from "#git/path-bytes.ts";
import { patchCount, type RawEntry, unreadableDifference } from "#git/raw-entry.ts";

/** An entry with its patch, which is empty unless `content` is `text`. */
export type PatchedEntry = RawEntry & {
  readonly content: "text" | "binary" | "too-much" | "missing";
  readonly patch: string;
};

/** All patches of a change together are kept up to this size: far beyond what anybody reviews. */
const MAX_PATCH_BYTES = 64 * 1024 * 1024;

const START = "diff --git ";
const NEXT_PATCH = Buffer.from(`\n${START}`);

/**
 * Returns each entry with its patch. Patches come in the order of the entries. A line of a file
 * always starts with a blank, a plus or a minus, and a line break in a name is quoted, so a line
 * `diff --git` always starts a new patch.
 */
export async function readPatches(
  reader: ByteReader,
  entries: readonly RawEntry[],
): Promise<readonly PatchedEntry[]> {
  const patched: PatchedEntry[] = [];
  let kept = 0;
  for (const entry of entries) {
    const sections = await readSections(reader, patchCount(entry));
    if (sections.length < patchCount(entry)) {
      throw unreadableDifference(`${entries.length} files, but ${patched.length} patches`);
    }
    kept += sections.reduce((sum, section) => sum + section.length, 0);
    patched.push({
      ...entry,
      ...(kept > MAX_PATCH_BYTES ? { content: "too-much", patch: "" } : shown(sections)),
    });
  }
  return patched;
}

async function readSections(reader: ByteReader, count: number): Promise<readonly Buffer[]> {
  const sections: Buffer[] = [];
  while (sections.length < count) {
    const section = await reader.until(NEXT_PATCH);
    if (section === undefined) break;
    sections.push(section);
  }
  return sections;
}

function shown(sections: readonly Buffer[]): Pick<PatchedEntry, "content" | "patch"> {
  const texts = sections.map((section) => whole(textOf(section)));
  if (texts.some(saysBinary)) return { content: "binary", patch: "" };
  return { content: "text", patch: texts.join("") };
}

/** Puts back what the splitting took away at both ends. */
function whole(section: string): string {
  const started = section.startsWith(START) ? section : `${START}${section}`;
  return started.endsWith("\n") ? started : `${started}\n`;
}

/** Git says so in place of the first hunk, where it finds a NUL byte among the first 8,000. */
function saysBinary(patch: string): boolean {
  for (let from = 0; from < patch.length; ) {
    const end = patch.indexOf("\n", from);
    const line = patch.slice(from, end);
    if (line.startsWith("@@ ")) return false;
    if (line.startsWith("Binary files ")) return true;
    from = end + 1;
  }
  return false;
}
