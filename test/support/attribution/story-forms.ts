/** What a file is beside its lines: no text to git, with the other line ends, or a program. */
export type Flag = "binary" | "crlf" | "exec";

export const FLAGS: readonly Flag[] = ["binary", "crlf", "exec"];

/** In a story's texts the first line says so. */
const HEAD = "----- form";

export function withFlags(text: string, flags: ReadonlySet<Flag>): string {
  return flags.size === 0 ? text : `${HEAD} ${[...flags].sort().join(" ")}\n${text}`;
}

export function flagsOf(text: string | undefined): ReadonlySet<Flag> {
  const head = text?.startsWith(HEAD) === true ? text.slice(HEAD.length, text.indexOf("\n")).split(" ") : [];
  return new Set(FLAGS.filter((flag) => head.includes(flag)));
}

/** Returns a file of a story as it stands on disk. */
export function onDisk(text: string): { readonly mode: "100644" | "100755"; readonly content: string } {
  const flags = flagsOf(text);
  const plain = flags.size === 0 ? text : text.slice(text.indexOf("\n") + 1);
  const ended = flags.has("crlf") ? plain.replaceAll("\n", "\r\n") : plain;
  return {
    mode: flags.has("exec") ? "100755" : "100644",
    content: flags.has("binary") ? `\0${ended}` : ended,
  };
}

/** Returns a file on disk as a story tells it. */
export function asTold(mode: string, content: string): string {
  const flags = new Set<Flag>();
  if (mode === "100755") flags.add("exec");
  if (content.startsWith("\0")) flags.add("binary");
  if (content.includes("\r\n")) flags.add("crlf");
  return withFlags(content.replace(/^\0/, "").replaceAll("\r\n", "\n"), flags);
}
