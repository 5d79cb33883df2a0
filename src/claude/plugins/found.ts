/**
 * A JSON file of the host, as found. `newer`: it names a version that nobody here has seen, so it is
 * not guessed at. `dropped`: entries of another shape, in words; their siblings count.
 */
export type Found<T> = { readonly path: string } & (
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly detail: string }
  | { readonly kind: "newer"; readonly version: string }
  | { readonly kind: "read"; readonly value: T; readonly dropped: readonly string[] }
);
