import { beforeMarker } from "./key-lines.ts";
import { claimOf, isSecretValue, type ValueForm } from "./secret-value.ts";

/** A value that is taken for a secret: its place in the text, and what it is. */
export type FoundValue = { readonly from: number; readonly to: number; readonly kind: string };

/**
 * A name, closed by a quote where it was opened by one, and what joins a value to it: `:`, `=` and
 * their like, a type in between, `||` in front of a default, or a comma after a quoted name
 * (`define('DB_PASSWORD', '...')`). What stands for a value that was replaced before is no name.
 */
const NAME =
  /(?<![\w-]|\[redacted: [\w ]{0,20})([\w-]{1,100})(?:\\?["'`][ \t]{0,8},|\\?["'`]?[)\]]?(?:\??:[ \t]{0,8}&?[\w.]{1,40}[ \t]{0,8}(?==[^=>]))?[ \t]{0,8}(?::=|=>|={1,3}|!==?|:|\|\||\?\?))[ \t]{0,8}/g;

/** The opening quote of a literal, escaped where it stands in a text inside a text. */
const OPENING = /[a-zA-Z@]{0,2}(\\?)(["'`])/y;

const QUOTED: ReadonlyMap<string, RegExp> = new Map([
  ['"', /((?:[^\s"\\]|\\.){1,16000})"/y],
  ["'", /((?:[^\s'\\]|\\.){1,16000})'/y],
  ["`", /((?:[^\s`\\]|\\.){1,16000})`/y],
]);
const QUOTED_INSIDE = /([^\s"'`\\]{1,16000})\\["'`]/y;

/**
 * What follows must not make it a call or an access. Few separators inside: a chain of assignments
 * would be read again at each of them.
 */
const BARE =
  /([^\s"'`,;:=(){}[\]<>|&$\\]{1,16000}(?:[:=][^\s"'`,;:=(){}[\]<>|&$\\]{1,4000}){0,4}={0,2})(?=[\s"'`,;)}\]|&\\]|$)/y;

/** `name=value` from the start of a line, as in a file of settings. */
const SETTING = /^[+\- ]?(?:export[ \t]{1,8})?[\w.-]{1,100}=$/;
const LONGEST_SETTING = 120;

/** Returns the secret-looking values of one line that stand under a name that says so, in order. */
export function assignedSecrets(line: string): readonly FoundValue[] {
  const found: FoundValue[] = [];
  for (const match of line.matchAll(NAME)) {
    const [whole, name = ""] = match;
    const claim = claimOf(name);
    // In front of a comma the quotes hold the name and nothing else.
    const sentence = whole.includes(",") && !/["'`]/.test(line.charAt(match.index - 1));
    const value = claim === "none" || sentence ? undefined : valueAt(line, match.index + whole.length);
    if (value === undefined || value.from < (found.at(-1)?.to ?? 0)) continue;
    if (!isSecretValue(value.text, value.form, claim)) continue;
    found.push({ from: value.from, to: value.from + value.text.length, kind: kindOf(name) });
  }
  return found;
}

type Value = { readonly text: string; readonly from: number; readonly form: ValueForm };

function valueAt(line: string, at: number): Value | undefined {
  const [opening = "", escaped = "", quote = ""] = matchAt(OPENING, line, at) ?? [];
  const from = at + opening.length;
  const found = matchAt(escaped === "" ? (QUOTED.get(quote) ?? BARE) : QUOTED_INSIDE, line, from)?.[1];
  if (found === undefined) return undefined;
  const text = beforeMarker(found);
  if (quote !== "") return { text, from, form: "quoted" };
  const setting = at <= LONGEST_SETTING && SETTING.test(line.slice(0, at));
  return { text, from, form: setting ? "setting" : "bare" };
}

function matchAt(expression: RegExp, line: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(line);
}

function kindOf(name: string): string {
  if (/pass|pwd/i.test(name)) return "password";
  if (/token/i.test(name)) return "token";
  return /key/i.test(name) ? "key" : "secret";
}
