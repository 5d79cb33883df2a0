import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { askSignIn } from "./ask-sign-in.ts";

/** Where requests would go, and with what. */
export type RequestGround = {
  /** The name of the model provider. */
  readonly modelProvider: string;
  /** Where `config.toml` has OpenAI's own provider answer from, if not from OpenAI. */
  readonly baseUrl: string | null | undefined;
  /** A variable in the server's environment holds a key. */
  readonly hasKey: boolean;
};

/**
 * Sees to it that a turn is not tried which Codex says it cannot do: without a login it sends the request
 * all the same and repeats it for seconds (0.140, 0.169). A provider of one's own, a proxy in OpenAI's
 * place and a key in the environment are left to show at the turn.
 *
 * @throws CodexFault `not-signed-in`, what the server fails with, or `signal`'s reason.
 */
export async function requireSignIn(
  server: AppServer,
  { modelProvider, baseUrl, hasKey }: RequestGround,
  signal: AbortSignal,
): Promise<void> {
  if (modelProvider !== "openai" || baseUrl || hasKey) return;
  const said = await askSignIn(server, signal);
  if (said.kind !== "none" || said.isNeeded !== true) return;
  const detail = `no login is stored in ${server.codexHome}, and Codex needs one for its provider "openai"`;
  throw new CodexFault({ kind: "not-signed-in", detail });
}
