/** A UUID behind a word that says that it is a thread: `session id:`, `"thread_id":`, `codex resume`. */
const NAMED =
  /(?:thread[_ ]?id|session id|\bthread\b|\bsession\b|codex(?: exec)? resume)["'`*]*\s*[:=]?\s*["'`*]*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gi;
const MOST = 50;

/** Returns the threads of Codex that a text names, each once. */
export function namedThreads(text: string): readonly string[] {
  if (!/thread|session|resume/i.test(text)) return [];
  const found = new Set<string>();
  for (const [, id = ""] of text.matchAll(NAMED)) {
    found.add(id.toLowerCase());
    if (found.size === MOST) break;
  }
  return [...found];
}
