import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
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
