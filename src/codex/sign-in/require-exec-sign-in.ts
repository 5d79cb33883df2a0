import { join } from "node:path";
import { readIfPresent } from "#base/files.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { ConfigReadResult } from "#codex/protocol.ts";
import { providerSettings } from "#codex/provider-settings.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { requireSignIn } from "./require-sign-in.ts";

/** Codex's own, where its configuration names none. */
const OWN_PROVIDER = "openai";
/** It is asked for a better message only: what takes longer is left to the task itself. */
const PATIENCE_MS = 5_000;

/**
 * Sees to it that a task is not tried without a login, as `requireSignIn` does for a thread. `codex exec`
 * itself asks the provider first, five times over, and has no word for it; so a private app-server is
 * asked, for some 100 ms, unless `config.toml` names a provider of one's own. To be called only where no
 * file and no variable holds a login: a keyring may.
 *
 * @throws CodexFault `not-signed-in`, or `signal`'s reason. What else goes wrong shows at the task.
 */
export async function requireExecSignIn(
  options: ServerOptions,
  cwd: string,
  signal: AbortSignal,
): Promise<void> {
  if (namesOwnProvider(options.codexHome)) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await askServer(options, cwd, limit);
  } catch (error) {
    if (error instanceof CodexFault && error.failure.kind === "not-signed-in") throw error;
    signal.throwIfAborted();
  }
}

/** A project's configuration and profiles can name another one: those the server is asked for. */
function namesOwnProvider(codexHome: string): boolean {
  const named = providerSettings(readIfPresent(join(codexHome, "config.toml")) ?? "")[
    "reviewer.model_provider"
  ];
  return named !== undefined && named.replace(/["']/g, "") !== OWN_PROVIDER;
}

async function askServer(options: ServerOptions, cwd: string, signal: AbortSignal): Promise<void> {
  const server = await openAppServer({ ...options, shared: false }, signal);
  try {
    const { config } = await server.request(
      "config/read",
      { cwd, includeLayers: false },
      ConfigReadResult,
      signal,
    );
    const modelProvider = config.model_provider ?? OWN_PROVIDER;
    await requireSignIn(server, { modelProvider, baseUrl: config.openai_base_url, hasKey: false }, signal);
  } finally {
    await server.close();
  }
}
