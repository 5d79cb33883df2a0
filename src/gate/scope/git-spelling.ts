const SHORT: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\u000b": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

/**
 * Returns a path as git spells it between quotation marks in a diff: names with an ASCII control
 * character, a quotation mark or a backslash are (quote.c, with core.quotePath off). Any other
 * path is returned as it is.
 */
export function gitSpelling(path: string): string {
  return path.replace(/[\p{Cc}"\\]/gu, (sign) => SHORT[sign] ?? octal(sign));
}

/** Beyond ASCII nothing is a control character to git. */
function octal(sign: string): string {
  return sign > "\u007f" ? sign : `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`;
}
