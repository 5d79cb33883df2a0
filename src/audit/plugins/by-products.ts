/** What running a plugin, or looking at its folder, leaves in it. */
const FOLDERS = new Set([
  "node_modules",
  "__pycache__",
  ".venv",
  "venv",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
]);
const FILES = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/**
 * Whether every one of these paths looks like something that a tool made. They are not vouched for by
 * that: code can be hidden in such places too.
 */
export function areByProducts(paths: readonly string[]): boolean {
  return paths.every((path) => {
    const file = path.slice(path.lastIndexOf("/") + 1);
    const folders = path.split("/").slice(0, -1);
    return FILES.has(file) || file.endsWith(".pyc") || folders.some((folder) => FOLDERS.has(folder));
  });
}
