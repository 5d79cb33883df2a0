/**
 * A path as git keeps it, relative to the top, one character per byte (Latin-1): any name
 * survives, and two names are equal exactly when their bytes are. Never shown to anybody.
 */
export type BytePath = string;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Returns bytes as text. What is not UTF-8 is kept as `\xNN`, one such mark for each byte. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return lenientTextOf(bytes);
  }
}

/** Returns the path as people and other programs are shown it. */
export function shownPath(path: BytePath): string {
  return textOf(bytesOf(path));
}

/** Returns the path that is shown as the text, where all of it is UTF-8. */
export function bytePathOf(shown: string): BytePath {
  return Buffer.from(shown, "utf8").toString("latin1");
}

/** Returns the bytes of a path, for git or for the file system. */
export function bytesOf(path: BytePath): Buffer {
  return Buffer.from(path, "latin1");
}

/** Returns the entries of a NUL-separated listing. */
export function splitNul(output: Buffer): readonly BytePath[] {
  return output
    .toString("latin1")
    .split("\0")
    .filter((entry) => entry !== "");
}

/** Returns paths as git reads them with `-z`. */
export function joinNul(paths: readonly BytePath[]): Buffer {
  return bytesOf(paths.map((path) => `${path}\0`).join(""));
}

/** Returns a path below a folder, in bytes, for the file system. */
export function placeOf(root: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)]);
}

/** The sequences of more than one byte that RFC 3629, section 4 allows; then any other high byte. */
const HIGH_BYTES =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

function lenientTextOf(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replace(HIGH_BYTES, (part) =>
    part.length === 1
      ? `\\x${part.charCodeAt(0).toString(16)}`
      : Buffer.from(part, "latin1").toString("utf8"),
  );
}
