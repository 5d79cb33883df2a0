const LINE_FEED = 0x0a;

/**
 * Yields the lines of a stream of bytes as text, without their line feeds; what follows the last one
 * is a line too. Only a line feed ends a line: `node:readline` would also split at U+2028, which JSON
 * allows inside a string. One of more than `longest` bytes is passed over and never held.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      length += end - start;
      if (length <= longest) yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString("utf8");
      pieces = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= longest) pieces.push(chunk.subarray(start));
    else pieces = [];
  }
  if (length > 0 && length <= longest) yield Buffer.concat(pieces).toString("utf8");
}
