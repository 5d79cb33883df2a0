import { nameOf } from "#audit/plugins/plugin-id.ts";
import { nearest } from "#base/nearest.ts";
import { type Call, UsageFault } from "#commands/command.ts";

const FORMATS = ["json", "markdown", "wide"] as const;

/** How the answer is printed. */
export type AuditFormat = "table" | (typeof FORMATS)[number];

/** What was typed after `audit plugins`. */
export type AuditOptions = {
  readonly format: AuditFormat;
  readonly fetch: boolean;
  readonly record: boolean;
  readonly since: string | null;
  readonly locked: boolean;
  readonly lockFile: string | null;
  readonly session: string | null;
};

/**
 * Returns what the options ask for.
 *
 * @throws UsageFault where two of them cannot be had together.
 */
export function auditOptions({ flags, texts, positionals }: Call): AuditOptions {
  const formats = FORMATS.filter((name) => flags.has(name));
  if (formats.length > 1) throw usage(`--${formats.join(" and --")} are two forms of one answer; choose one`);
  const lockFile = texts.get("lock") ?? null;
  const options = {
    format: formats[0] ?? "table",
    fetch: flags.has("fetch"),
    record: flags.has("record"),
    since: texts.get("since") ?? null,
    locked: flags.has("locked") || lockFile !== null,
    lockFile,
    session: texts.get("session") ?? null,
  } as const;
  refuseMixtures(options, positionals.length > 0);
  return options;
}

function refuseMixtures(options: AuditOptions, named: boolean): void {
  if (options.session !== null && (options.record || options.locked || options.since !== null))
    throw usage("--session tells of one session's plugins; leave --record, --locked and --since out");
  if (options.record && named)
    throw usage("an audit is recorded as a whole; leave the names of plugins out, or --record");
  if ((options.locked || options.since !== null) && named)
    throw usage("a comparison is about all plugins; leave the names of plugins out");
  const compares = options.locked || options.since !== null || options.session !== null;
  if (compares && (options.format === "wide" || options.format === "markdown"))
    throw usage(`--${options.format} is a form of the whole audit; here there is text or --json`);
  if (options.locked && options.since !== null)
    throw usage("--locked and --since compare with two different things; choose one");
}

/**
 * Returns the ids that words mean: an id as it is, or a plugin's name without its marketplace where
 * only one has it.
 *
 * @throws UsageFault for a word that is none, with the nearest that is.
 */
export function namedIds(words: readonly string[], ids: readonly string[]): readonly string[] {
  return [...new Set(words.map((word) => namedId(word, ids)))].sort();
}

function namedId(word: string, ids: readonly string[]): string {
  if (ids.includes(word)) return word;
  const alike = ids.filter((id) => nameOf(id) === word);
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  if (alike.length > 1) {
    const text = `${alike.length} marketplaces have a plugin "${word}"; name the one that you mean`;
    throw new UsageFault({ kind: "usage", text: `audit plugins: ${text}`, choices: alike });
  }
  const close = nearest(word, word.includes("@") ? ids : ids.map(nameOf));
  const advice = close === undefined ? "`countersign audit plugins` lists them" : `did you mean "${close}"?`;
  throw usage(`there is no plugin "${word}" here; ${advice}`);
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `audit plugins: ${text}` });
}
