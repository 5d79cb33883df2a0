/** Longer names are refused by every file system in use. */
const LONGEST_NAME = 255;

/**
 * Returns what is wrong with a path that is to lie in the workspace, as the end of a sentence, or
 * `undefined`. Only its text is looked at: what lies there, and where links lead, is seen on the disk.
 */
export function pathFault(path: string): string | undefined {
  if (/\p{Cc}|\p{Cs}/u.test(path)) return "holds a control character or half a character";
  if (path.includes("\\")) return "holds a backslash; write / between folders";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute; write it from the workspace";
  const names = path.split("/");
  if (names.includes("..")) return 'leads outside with ".."; write it from the workspace';
  if (names.some((name) => name === "" || name === ".")) return `is not plain; write "${plain(names)}"`;
  const long = names.find((name) => Buffer.byteLength(name) > LONGEST_NAME);
  return long === undefined ? undefined : `has a name of more than ${LONGEST_NAME} bytes`;
}

/** Returns what is wrong with a path that is to be written: also git's own files are out of reach. */
export function outputPathFault(path: string): string | undefined {
  if (path.split("/").some((name) => name.toLowerCase() === ".git"))
    return "lies in .git, which is git's own";
  return pathFault(path);
}

function plain(names: readonly string[]): string {
  return names.filter((name) => name !== "" && name !== ".").join("/") || "<name>";
}
