/** Returns the name in `name@marketplace`. */
export function nameOf(id: string): string {
  return parts(id).name;
}

/** Returns the marketplace in `name@marketplace`: a plugin's own name has no `@`. */
export function marketplaceOf(id: string): string {
  return parts(id).marketplace;
}

function parts(id: string): { readonly name: string; readonly marketplace: string } {
  const at = id.lastIndexOf("@");
  return at < 0 ? { name: id, marketplace: "" } : { name: id.slice(0, at), marketplace: id.slice(at + 1) };
}
