import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** One line of a file, without its line feed. `at`: where it begins, in bytes. */
export type FileLine =
  | { readonly kind: "text"; readonly at: number; readonly text: string }
  /** Not UTF-8, or with a NUL in it: no program wrote it as text. */
  | { readonly kind: "binary"; readonly at: number }
  /** Longer than is held. */
  | { readonly kind: "too-long"; readonly at: number; readonly bytes: number }
  /** What follows the last line feed: half a line, or one that is just being written. */
  | { readonly kind: "torn"; readonly at: number };

/** What was read of a file: the digest is that of exactly these bytes. */
export type FileRead = {
  readonly bytes: number;
  readonly sha256: string;
  /** Of the whole file, when it was opened. */
  readonly size: number;
};

const LINE_FEED = 0x0a;
const CHUNK = 256 * 1024;
/** A line holds at most one output of a tool, or an image; what is longer is no line of a rollout. */
const LONGEST = 12 * 1024 * 1024;

/**
 * Calls `take` with each line of the first `bytes` bytes of a file, in order. One buffer is read into
 * again and again, so that a file of any size, and one that is a single line, costs the same memory.
 *
 * @throws Error with the system's code, such as ENOENT; `ENOTSUP` for what is no file; `signal`'s reason.
 */
export async function eachLine(
  path: string,
  bytes: number,
  take: (line: FileLine) => void,
  signal: AbortSignal,
): Promise<FileRead> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256");
    const lines = splitter(take);
    const chunk = Buffer.allocUnsafe(CHUNK);
    const limit = Math.min(bytes, size);
    let read = 0;
    while (read < limit) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK, limit - read), read);
      if (bytesRead === 0) break;
      const part = chunk.subarray(0, bytesRead);
      hash.update(part);
      lines.add(part);
      read += bytesRead;
    }
    lines.end();
    return { bytes: read, sha256: hash.digest("hex"), size };
  } finally {
    await file.close();
  }
}

/** A pipe in the file's place would be waited for without an end. */
async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error(`ENOTSUP: not a file, open '${path}'`), { code: "ENOTSUP" });
}

type Splitter = { readonly add: (chunk: Buffer) => void; readonly end: () => void };

/** Of a line that is not over yet its bytes are copied, for the chunk is written over. */
function splitter(take: (line: FileLine) => void): Splitter {
  let pieces: Buffer[] = [];
  let length = 0;
  let at = 0;
  function finish(rest: Buffer): void {
    const bytes = length + rest.length;
    if (bytes > LONGEST) take({ kind: "too-long", at, bytes });
    else take(lineOf(pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]), at));
    at += bytes + 1;
    pieces = [];
    length = 0;
  }
  return {
    add(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        finish(chunk.subarray(start, end));
        start = end + 1;
      }
      if (start === chunk.length) return;
      length += chunk.length - start;
      if (length <= LONGEST) pieces.push(Buffer.from(chunk.subarray(start)));
      else pieces = [];
    },
    end() {
      if (length > 0) take({ kind: "torn", at });
    },
  };
}

function lineOf(bytes: Buffer, at: number): FileLine {
  if (!isUtf8(bytes) || bytes.includes(0)) return { kind: "binary", at };
  return { kind: "text", at, text: bytes.toString("utf8") };
}
