/** The lines of private keys among others. */
export type KeyLines = {
  /** By index, where key material begins and ends in the line. */
  readonly lines: ReadonlyMap<number, { readonly from: number; readonly to: number }>;
  /** How many keys. */
  readonly keys: number;
};

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** Keys also stand in comments, in string literals, and quoted in diffs. */
const LEADING = /^(?:[\s\-+#*>|"'`]|\/\/)*/;
const MATERIAL = /^[A-Za-z0-9+/=]+/;
const TRAILING = /^(?:\\[nr]|[\\"'`,;+\s.)\]])*$/;
/** Says how a key is wrapped (RFC 1421, RFC 4880), or was replaced before. */
const NEUTRAL =
  /^[\s+\-#*>|"'`]*(?:(?:proc-type|dek-info|version|comment|hash): .*|\[redacted: private key\](?:\\[nr]|[\\"'`,;+\s.)\]])*)?$/i;

/** No line of a key is longer: such a key would have more than 100,000 bits. */
const LONGEST_LINE = 20_000;
/** A full line of a key. Shorter ones are only taken for key material inside a block. */
const FULL_LINE = 40;

const MARKER_BEGUN = /-----(?:BEGIN|END)$/;

/**
 * Returns a value without the beginning of a marker that it runs into. The marker has to stay as it is:
 * it tells where the lines around it end.
 */
export function beforeMarker(value: string): string {
  return value.replace(MARKER_BEGUN, "");
}

type Marker = "begin" | "end" | "edge";

/**
 * Returns the lines between the markers of private keys. Only what looks like key material is taken:
 * markers must not be a way to hide code. Where a text begins or ends inside a key, what adjoins the
 * marker that it has.
 */
export function keyLines(lines: readonly string[]): KeyLines {
  const found = new Map<number, { from: number; to: number }>();
  let keys = 0;
  let after: Marker = "edge";
  let start = 0;
  const close = (before: Marker, end: number) => {
    const block = blockLines(lines, { start, end, after, before });
    for (const [index, place] of block) found.set(index, place);
    keys += block.length > 0 ? 1 : 0;
    start = end + 1;
    after = before;
  };
  for (const [index, line] of lines.entries()) {
    const marker = markerOf(line);
    if (marker !== undefined) close(marker, index);
  }
  close("edge", lines.length);
  return { lines: found, keys };
}

/** One line with both is a key of its own, or code that names them. */
function markerOf(line: string): Marker | undefined {
  if (!line.includes("PRIVATE KEY")) return undefined;
  const begins = BEGIN.test(line);
  const ends = END.test(line);
  if (begins === ends) return begins ? "edge" : undefined;
  return begins ? "begin" : "end";
}

type Block = {
  readonly start: number;
  readonly end: number;
  readonly after: Marker;
  readonly before: Marker;
};
type KeyLine = readonly [index: number, place: { readonly from: number; readonly to: number }];

function blockLines(lines: readonly string[], { start, end, after, before }: Block): readonly KeyLine[] {
  if (after !== "begin" && before !== "end") return [];
  const read = lines.slice(start, end).map((line, offset) => readLine(line, start + offset));
  if (after === "begin" && before === "end") {
    const whole = read.every(({ kind }) => kind !== "other");
    return material(whole ? read : read.filter(({ kind }) => kind === "full"));
  }
  const run = unbroken(after === "begin" ? read : read.toReversed());
  const begins = run.find(({ kind }) => kind !== "neutral")?.kind;
  return material(after === "begin" && begins !== "full" ? [] : run);
}

type ReadLine = {
  readonly kind: "full" | "short" | "neutral" | "other";
  readonly index: number;
  readonly from: number;
  readonly to: number;
};

function readLine(line: string, index: number): ReadLine {
  if (line.length > LONGEST_LINE) return { kind: "other", index, from: 0, to: 0 };
  const rest = line.replace(LEADING, "");
  const from = line.length - rest.length;
  const text = MATERIAL.exec(rest)?.[0] ?? "";
  const to = from + text.length;
  if (text === "" || !TRAILING.test(line.slice(to))) {
    return { kind: NEUTRAL.test(line) ? "neutral" : "other", index, from, to };
  }
  const full = text.length >= FULL_LINE && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return { kind: full ? "full" : "short", index, from, to };
}

function unbroken(read: readonly ReadLine[]): readonly ReadLine[] {
  const broken = read.findIndex(({ kind }) => kind === "other");
  return broken < 0 ? read : read.slice(0, broken);
}

function material(read: readonly ReadLine[]): readonly KeyLine[] {
  return read
    .filter(({ kind }) => kind === "full" || kind === "short")
    .map(({ index, from, to }) => [index, { from, to }]);
}
