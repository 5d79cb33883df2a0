import { Buffer } from "node:buffer";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { decisiveEnvironment, type Environment } from "./environment.ts";
import type { CodexInstallation } from "./installation.ts";
import { serverArguments } from "./server-arguments.ts";

/** Long enough that two never meet, short enough for a socket path. */
const KEY_LENGTH = 20;

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

/**
 * Returns a short key that two callers share exactly when one server can answer for both: the same
 * home, the same binary, the same account and the same environment as far as it changes answers.
 *
 * `config.toml` is no part of it: a running server reads it anew at each `thread/start` (0.169). It
 * reads `$CODEX_HOME/.env` only when it starts, so that file is.
 */
export function serverIdentity(
  installation: CodexInstallation,
  environment: Environment,
  codexHome: string,
): string {
  const identity = {
    codexHome,
    path: installation.path,
    version: installation.version,
    arguments: serverArguments(installation, codexHome),
    account: accountOf(readIfPresent(join(codexHome, "auth.json"))),
    dotEnv: sha256(readIfPresent(join(codexHome, ".env")) ?? ""),
    environment: digestOf(decisiveEnvironment(environment)),
  };
  return digestOf(identity).slice(0, KEY_LENGTH);
}

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
