/**
 * Returns a path that a foreign file names, relative to a folder: normalised, with `/`, and `""` for
 * the folder itself. `undefined` where it leads out of that folder, or is absolute on any system.
 */
export function relativePath(path: string): string | undefined {
  const parts: string[] = [];
  const unified = path.replaceAll("\\", "/");
  if (unified.startsWith("/") || /^[A-Za-z]:/.test(unified) || unified.includes("\0")) return undefined;
  for (const part of unified.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}
