import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { JsonFault, parseJson } from "#base/json.ts";

/** `$CODEX_HOME/auth.json`, as far as it names an account. Tokens are never looked at but for their subject. */
const AuthFile = z.looseObject({
  auth_mode: z.optional(z.nullable(z.string())),
  OPENAI_API_KEY: z.optional(z.nullable(z.string())),
  tokens: z.optional(
    z.nullable(
      z.looseObject({
        account_id: z.optional(z.nullable(z.string())),
        id_token: z.optional(z.nullable(z.string())),
      }),
    ),
  ),
});
type AuthFile = z.output<typeof AuthFile>;

const IdToken = z.looseObject({ sub: z.optional(z.string()) });

/** Returns what of an `auth.json` stays the same while tokens are refreshed, with no secret in it. */
export function accountOf(text: string | undefined): object {
  if (text === undefined) return { kind: "none" };
  const auth = readAuth(text);
  if (auth === undefined) return { kind: "unreadable", digest: sha256(text) };
  return {
    kind: auth.auth_mode ?? "",
    apiKey: auth.OPENAI_API_KEY ? sha256(auth.OPENAI_API_KEY) : "",
    account: auth.tokens?.account_id ?? "",
    user: subjectOf(auth.tokens?.id_token ?? ""),
  };
}

/**
 * Returns what kind of account an `auth.json` signs in, never which: its mode as Codex writes it
 * (`chatgpt`, `apikey`), `environment` where a variable holds the key, `none`, or `unreadable`.
 */
export function accountKindOf(text: string | undefined, environment: ChildEnvironment): string {
  if (text === undefined) return hasKeyIn(environment) ? "environment" : "none";
  const auth = readAuth(text);
  if (auth === undefined) return "unreadable";
  if (auth.auth_mode) return /^[a-z][a-z_-]{0,39}$/i.test(auth.auth_mode) ? auth.auth_mode : "unknown";
  return auth.tokens ? "chatgpt" : auth.OPENAI_API_KEY ? "apikey" : "none";
}

/** Returns whether a variable of Codex's environment holds a key. */
export function hasKeyIn(environment: ChildEnvironment): boolean {
  return keysIn(environment).length > 0;
}

/** Returns the names of the variables that hold one. */
export function keysIn(environment: Environment): readonly string[] {
  return KEYS.filter((name) => environment[name]);
}

const KEYS = ["CODEX_API_KEY", "CODEX_ACCESS_TOKEN", "OPENAI_API_KEY"];

function readAuth(text: string): AuthFile | undefined {
  try {
    return parseJson(text, AuthFile);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** Two people can share one workspace account; the subject of the id token tells them apart. */
function subjectOf(idToken: string): string {
  const claims = Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString("utf8");
  if (claims === "") return "";
  try {
    return parseJson(claims, IdToken).sub ?? "";
  } catch (error) {
    if (error instanceof JsonFault) return "";
    throw error;
  }
}
