/**
 * Returns the members of a JSON object in their order, those with names that objects inherit among
 * them (`__proto__`), or `undefined` for what is no object.
 */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : undefined;
}
