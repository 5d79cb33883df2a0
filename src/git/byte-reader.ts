/** Reads a stream of bytes piece by piece, holding no more than the piece asked for and one chunk. */
export type ByteReader = {
  /** Returns the bytes before the delimiter, which is passed over; at the end, the rest; then `undefined`. */
  readonly until: (delimiter: Uint8Array) => Promise<Buffer | undefined>;
  /** Returns so many bytes, fewer only at the end. */
  readonly take: (length: number) => Promise<Buffer>;
  /** Passes over so many bytes. */
  readonly skip: (length: number) => Promise<void>;
};

/** Returns a reader over the chunks. Pieces are copies: they stay valid. */
export function readBytes(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  const held = heldBytes();
  const more = async (): Promise<boolean> => {
    const next = await source.next();
    if (next.done === true) return false;
    held.append(next.value);
    return true;
  };
  return {
    until: async (delimiter) => {
      for (let from = 0; ; ) {
        const found = held.find(delimiter, from);
        if (found >= 0) return held.cut(found, delimiter.length);
        from = Math.max(0, held.length() - delimiter.length + 1);
        if (!(await more())) return held.length() === 0 ? undefined : held.cut(held.length(), 0);
      }
    },
    take: async (length) => {
      while (held.length() < length && (await more()));
      return held.cut(Math.min(length, held.length()), 0);
    },
    skip: async (length) => {
      for (let left = length; left > 0; ) {
        if (held.length() === 0 && !(await more())) return;
        left -= held.cut(Math.min(left, held.length()), 0).length;
      }
    },
  };
}

/** Bytes waiting to be read, in one block that doubles: a long piece is not copied once per chunk. */
function heldBytes() {
  let block = Buffer.alloc(64 * 1024);
  let start = 0;
  let end = 0;
  return {
    length: () => end - start,
    find: (delimiter: Uint8Array, from: number) => {
      const found = block.subarray(start, end).indexOf(delimiter, from);
      return found;
    },
    append: (chunk: Uint8Array) => {
      if (end + chunk.length > block.length) {
        const size = Math.max(64 * 1024, 2 * (end - start + chunk.length));
        const larger = Buffer.alloc(size);
        block.copy(larger, 0, start, end);
        [block, end, start] = [larger, end - start, 0];
      }
      block.set(chunk, end);
      end += chunk.length;
    },
    cut: (length: number, delimiter: number) => {
      const piece = Buffer.from(block.subarray(start, start + length));
      start += length + delimiter;
      return piece;
    },
  };
}
