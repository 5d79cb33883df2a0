import * as z from "zod/mini";
import { JsonFault } from "#base/json.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";

/** What Codex says of its login. */
export type SignIn =
  /** There is one; whether it is accepted shows at a turn. */
  | { readonly kind: "stored"; readonly method: string }
  /** `isNeeded`: by the model provider of its configuration; `undefined` where it does not say. */
  | { readonly kind: "none"; readonly isNeeded: boolean | undefined }
  | { readonly kind: "untold" };

/** As 0.140 and 0.169 answer without asking their backend; `authMethod` is null without a login. */
const AuthStatus = z.looseObject({
  authMethod: z.nullish(z.string()),
  requiresOpenaiAuth: z.nullish(z.boolean()),
});

/**
 * Returns what a server says of its login. The question takes 3 ms and no network.
 *
 * @throws CodexFault what the server fails with, or `signal`'s reason.
 */
export async function askSignIn(server: AppServer, signal: AbortSignal): Promise<SignIn> {
  const question = { includeToken: false, refreshToken: false };
  const said = await server.request("getAuthStatus", question, AuthStatus, signal).catch(unlessRefused);
  if (said === undefined) return { kind: "untold" };
  const { authMethod, requiresOpenaiAuth } = said;
  if (typeof authMethod === "string") return { kind: "stored", method: authMethod };
  return { kind: "none", isNeeded: requiresOpenaiAuth ?? undefined };
}

/** A Codex that does not tell is no Codex without a login. */
function unlessRefused(error: unknown): undefined {
  const isRefusal =
    error instanceof JsonFault || (error instanceof CodexFault && error.failure.kind === "protocol");
  if (!isRefusal) throw error;
}
