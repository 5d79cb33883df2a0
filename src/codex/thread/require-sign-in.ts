import * as z from "zod/mini";
import { JsonFault } from "#base/json.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";

/** Where a thread's requests would go, and with what. */
export type RequestGround = {
  /** The name of the thread's model provider. */
  readonly modelProvider: string;
  /** Where `config.toml` has OpenAI's own provider answer from, if not from OpenAI. */
  readonly baseUrl: string | null | undefined;
  /** A variable in the server's environment holds a key. */
  readonly hasKey: boolean;
};

const AuthStatus = z.looseObject({
  authMethod: z.nullish(z.string()),
  requiresOpenaiAuth: z.nullish(z.boolean()),
});

/**
 * Sees to it that a turn is not tried which Codex says it cannot do: without a login it sends the request
 * all the same and repeats it for seconds (0.140, 0.169). A provider of one's own, a proxy in OpenAI's
 * place and a key in the environment are left to show at the turn. The question takes 3 ms and no network.
 *
 * @throws CodexFault `not-signed-in`, what the server fails with, or `signal`'s reason.
 */
export async function requireSignIn(
  server: AppServer,
  { modelProvider, baseUrl, hasKey }: RequestGround,
  signal: AbortSignal,
): Promise<void> {
  if (modelProvider !== "openai" || baseUrl || hasKey) return;
  const question = { includeToken: false, refreshToken: false };
  const status = await server.request("getAuthStatus", question, AuthStatus, signal).catch(unlessRefused);
  if (status?.authMethod !== null || status.requiresOpenaiAuth !== true) return;
  const detail = `no login is stored in ${server.codexHome}, and Codex needs one for its provider "openai"`;
  throw new CodexFault({ kind: "not-signed-in", detail });
}

/** A Codex that does not tell is no Codex without a login. */
function unlessRefused(error: unknown): undefined {
  const isRefusal =
    error instanceof JsonFault || (error instanceof CodexFault && error.failure.kind === "protocol");
  if (!isRefusal) throw error;
}
