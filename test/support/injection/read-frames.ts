/** A request as a reader takes it who follows the frames to the letter. */
export type ReadRequest = {
  readonly mark: string;
  /** What stands in the frames, by name. */
  readonly frames: ReadonlyMap<string, string>;
  /** Everything else, with the request's own mark left out: what is said in our name. */
  readonly outside: string;
};

/**
 * Reads a review request back. The mark is the one that the request states before its first frame.
 *
 * @throws Error where a frame is opened twice or not closed.
 */
export function readFrames(request: string): ReadRequest {
  const lines = request.split("\n");
  const mark = statedMark(lines);
  const frames = new Map<string, string>();
  const outside: string[] = [];
  let open: { readonly name: string; readonly from: number } | undefined;
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const name = beginning(line, mark);
      outside.push(line);
      if (name !== undefined) open = { name, from: index + 1 };
    } else if (line === `[end ${open.name} ${mark}]`) {
      if (frames.has(open.name)) throw new Error(`the frame ${open.name} stands twice`);
      frames.set(open.name, lines.slice(open.from, index).join("\n"));
      outside.push(line);
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the frame ${open.name} is not closed`);
  return { mark, frames, outside: outside.join("\n").replaceAll(mark, "=== # ===") };
}

const STATED = "The frames of this request are marked ";

function statedMark(lines: readonly string[]): string {
  const line = lines.find((each) => each.startsWith(STATED) || each.startsWith("[begin "));
  if (line?.startsWith(STATED)) return line.slice(STATED.length);
  throw new Error("the request states no mark before its first frame");
}

function beginning(line: string, mark: string): string | undefined {
  const end = ` ${mark}]`;
  return line.startsWith("[begin ") && line.endsWith(end)
    ? line.slice("[begin ".length, -end.length)
    : undefined;
}
