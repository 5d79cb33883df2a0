/** How a value stands in the text: between quotes, after `NAME=` in a file of settings, or in the open. */
export type ValueForm = "quoted" | "setting" | "bare";

/** What a name says of its value: nothing, that it has to do with a secret, or that it is one. */
export type NameClaim = "none" | "related" | "secret";

const IS_SECRET =
  /(?:password|passwd|passphrase|passcode|secret|token|api_?key|(?:^|_)(?:pass|pwd|credentials?|(?:access|secret|private|auth|encryption|signing|master|account|session|jwt|service|storage)_?key|secret_key_base))(?:_?\d+|_(?:prod|production|staging|dev|test|local|old|new))?$/;
const IS_RELATED = /pass(?:word|wd|phrase)|secret|token|api_?key|credential|(?:access|private|signing)_key/;

/** Names of what surrounds a secret. */
const IS_ABOUT =
  /(?:_at|_on|expir\w*|date|time|ttl|url|uri|path|file|type|name|version|hash|digest|checksum)$/;

/** What stands where a secret will be put, or is fetched from elsewhere. */
const PLACEHOLDER =
  /^(.)\1*$|^\$[A-Z_{(]|^%\w+%$|^\{.*\}$|^my[-_]|\$\{|\{\{|<[^<>]*>|\*{3}|xxxx|change.?me|placeholder|example|sample|dummy|your[-_]|insert[-_]|replace[-_]|redacted|process\.env|environ|getenv/i;

/** A path, an address, a colour or a package. */
const ELSEWHERE = /:\/\/|^(?:\.{0,2}|~)\/|^#[0-9a-f]{3,8}$|^@/i;

/** `response.body` or `0xff`, which an open value may also be. */
const EXPRESSION = /^[a-z_$][\w$]*(?:[.!?]+[a-z_$][\w$]*)+$|^0x|\/\*/i;

/**
 * What a language runs in the middle of a literal: `$(...)`, a back quote, `#{...}`, `<%`, `\(...)`, a
 * call between braces. It must stay in sight, for a name like `password` would be a place to hide code.
 */
const RUNS = /\$[({]|`[^`]+`|#\{|<%.*%>|\\\(|\{[^{}]*\([^{}]*\}/;

const SHORTEST = 6;
const SHORTEST_DRAWN = 12;
const SHORTEST_RANDOM = 16;

/** Returns what a name, in any style of writing (`dbPassword`, `DB_PASSWORD`, `db-password`), says of its value. */
export function claimOf(name: string): NameClaim {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
  if (IS_SECRET.test(words)) return "secret";
  if (IS_ABOUT.test(words)) return "none";
  return IS_RELATED.test(words) ? "related" : "none";
}

/**
 * Returns whether a literal value under a name of this claim is taken for a secret. Words,
 * identifiers, paths and placeholders are not; in the open, and under names that are only related,
 * the value must look random.
 */
export function isSecretValue(value: string, form: ValueForm, claim: NameClaim): boolean {
  if (claim === "none" || value.length < SHORTEST || PLACEHOLDER.test(value) || mayRun(value)) return false;
  if (ELSEWHERE.test(value) && (isWordy(value) || /:\/\/|^#/.test(value))) return false;
  if (claim === "related") return value.length >= SHORTEST_RANDOM && looksRandom(value);
  if (form === "bare") return looksRandom(value) && !EXPRESSION.test(value);
  return isMixed(value) && !isSlug(value);
}

/** Returns whether there is something in a literal that a language would run. */
export function mayRun(value: string): boolean {
  return RUNS.test(value);
}

/** Returns whether a text with the beginning of a known token goes on like one, and not like a name. */
export function looksLikeToken(text: string): boolean {
  return /\d/.test(text) && /[A-Za-z0-9]{16}/.test(text);
}

/** Returns whether a text has letters and digits, and is not made of words. */
export function looksRandom(text: string): boolean {
  return /\d/.test(text) && /[a-z]/i.test(text) && !isWordy(text);
}

/** A password that somebody thought of has a digit or a sign among its letters; one that was drawn is no word. */
function isMixed(value: string): boolean {
  if (!/[a-z]/i.test(value)) return false;
  return /[\d!@#$%^&*]/.test(value) || (value.length >= SHORTEST_DRAWN && !isWordy(value));
}

/** `reset-password-2`, `T_STRING_V2`: words joined by a dash, a dot or an underscore. */
function isSlug(value: string): boolean {
  return /^[a-z]+\d?(?:[-_.:/](?:[a-z]+\d?|\d{1,2}))+$/i.test(value) && isWordy(value);
}

/** In words and identifiers a letter seldom stands alone, and digits are few. */
function isWordy(text: string): boolean {
  const parts = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const signs = parts.join("").length;
  const digits = parts.filter((part) => /\d/.test(part)).join("").length;
  return signs >= 3 * parts.length && 3 * digits < signs;
}
