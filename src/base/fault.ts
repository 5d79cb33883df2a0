/** Plain data that says what went wrong. Each floor has its own closed union of kinds. */
export type Failure = { readonly kind: string };

/**
 * The one error class. An adapter extends it with its own union, throws it, and a
 * single place in `commands` turns it back into the plain failure that it carries.
 */
export class Fault<F extends Failure = Failure> extends Error {
  override readonly name: string = "Fault";
  readonly failure: F;

  constructor(failure: F, options?: ErrorOptions) {
    super(wordsOf(failure), options);
    this.failure = failure;
  }
}

/** The kind and its facts, as a record or a log shows them; what a user reads is worded elsewhere. */
function wordsOf({ kind, ...facts }: Failure & Readonly<Record<string, unknown>>): string {
  const words = Object.values(facts).filter((fact) => fact !== undefined && fact !== "");
  return words.length === 0 ? kind : `${kind}: ${words.join(", ")}`;
}

/** Returns the text of anything that was thrown, on one line, for a record or a message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the system's error code (`ENOENT`, `EEXIST`, ...) of a thrown value, or `undefined`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Returns whether a file system refused because it, or this user's part of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(error) ?? "");
}
