import { looksLikeToken, looksRandom, mayRun } from "./secret-value.ts";

/** One form in which a secret is written. */
export type RedactPattern = {
  readonly kind: string;
  /**
   * Two groups: what is kept in front, and the value. Every repetition is bounded, for the engine keeps
   * a record of each step and gives up after some millions, and begins where it cannot begin again
   * inside what it has tried, so that no line costs more than its length.
   */
  readonly expression: RegExp;
  /** Where the form alone does not tell. */
  readonly accept?: (value: string) => boolean;
};

const START = "(?<![A-Za-z0-9])";

function prefixed(kind: string, prefix: string, rest: string): RedactPattern {
  return { kind, expression: new RegExp(`()(${START}${prefix}${rest})`, "g") };
}

/**
 * The forms that providers document for their keys, after the public rule sets of gitleaks and of
 * GitHub's secret scanning. Identifiers that are public by design (Stripe's `pk_`, account numbers) are not here.
 */
export const PATTERNS: readonly RedactPattern[] = [
  prefixed("AWS access key", "(?:AKIA|ASIA|ABIA|ACCA)", "[A-Z0-9]{16}(?![A-Za-z0-9])"),
  {
    kind: "AWS secret key",
    expression:
      /(secret_?(?:access_?)?key\\?["'`]?[ \t]{0,8}(?:=>|[:=,])[ \t]{0,8}\\?["'`]?)([A-Za-z0-9/+=]{40})(?![A-Za-z0-9/+=])/gi,
  },
  prefixed("GitHub token", "(?:gh[pousr]_[A-Za-z0-9]{20,8000}|github_pat_\\w{20,8000})", ""),
  prefixed("GitLab token", "gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas)-", "[\\w-]{20,8000}"),
  prefixed("Slack token", "(?:xox[abeoprs]|xapp)-", "[\\w-]{10,8000}"),
  {
    kind: "Slack webhook",
    expression: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)([\w/+-]{20,8000})/g,
  },
  prefixed("Stripe key", "(?:[sr]k_(?:live|test)|whsec)_", "[A-Za-z0-9+/=]{10,8000}"),
  prefixed("Anthropic key", "sk-ant-", "[\\w-]{16,8000}"),
  { ...prefixed("OpenAI key", "sk-", "[\\w-]{20,8000}"), accept: looksLikeToken },
  prefixed("npm token", "npm_", "[A-Za-z0-9]{36}"),
  { ...prefixed("PyPI token", "pypi-", "[\\w-]{40,8000}"), accept: looksLikeToken },
  prefixed("Google key", "(?:AIza[\\w-]{35}|GOCSPX-[\\w-]{20,8000}|ya29\\.[\\w-]{20,8000})", ""),
  prefixed("Twilio key", "SK[0-9a-f]{32}", "(?![A-Za-z0-9])"),
  prefixed("SendGrid key", "SG\\.[\\w-]{16,8000}\\.", "[\\w-]{16,8000}"),
  {
    ...prefixed(
      "access token",
      "(?:hf_|dop_v1_|dckr_pat_|shp(?:at|ca|pa|ss)_|lin_api_|glsa_|hvs\\.)",
      "\\w{24,8000}",
    ),
    accept: looksLikeToken,
  },
  { kind: "storage key", expression: /(AccountKey=)([A-Za-z0-9+/]{40,8000}={0,2})/g },
  {
    kind: "JWT",
    expression: /()((?<=^-?|[^\w-])eyJ[\w-]{8,8000}\.eyJ[\w-]{8,8000}\.[\w-]{8,8000})/gm,
  },
  {
    kind: "private key",
    expression:
      /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)([A-Za-z0-9+/=\\ \t]{1,20000})(?=-----END )/g,
    accept: (value) => /[A-Za-z0-9+/]{6}/.test(value),
  },
  {
    kind: "private key",
    expression:
      /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)((?:\\[nr]|[A-Za-z0-9+/= \t]){1,20000})/g,
    accept: (value) => /[A-Za-z0-9+/]{24}/.test(value),
  },
  {
    kind: "password",
    expression: /(:\/\/[^\s:/?#@"'`<>[\]]{0,1000}:)([^\s/"'`<>]{1,4000})(?=@)/g,
    accept: (value) => !/^[$%{*]|\{\{|\*{3}/.test(value) && !mayRun(value),
  },
  {
    kind: "token",
    expression:
      /(authorization\\?["'`]?[ \t]{0,8}(?:=>|[:=,])[ \t]{0,8}\\?["'`]?(?:bearer|basic|token)[ \t]{1,8})([^\s"'`\\,;)<>{}$[\]]{6,8000})/gi,
    accept: (value) => /[\d+/=]/.test(value) || value.length >= 20,
  },
  {
    kind: "token",
    expression: /((?<![A-Za-z0-9])bearer[ \t]{1,8})([\w.~+/-]{16,8000}={0,2})/gi,
    accept: (value) => looksLikeToken(value) || looksRandom(value),
  },
];
