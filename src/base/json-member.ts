/** Returns a member of a value that was decoded from JSON, or `undefined` where it has none of that name. */
export function jsonMember(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
