import { hostname } from "node:os";
import { join } from "node:path";
import { digestOf } from "#base/digest.ts";
import type { ChildEnvironment } from "#base/environment.ts";
import { readIfPresent } from "#base/files.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { dotEnvDigest } from "#codex/server/server-ground.ts";
import { accountOf } from "./account.ts";
import { decisiveEnvironment } from "./environment.ts";
import type { CodexInstallation } from "./installation.ts";
import { serverArguments } from "./server-arguments.ts";

/** Long enough that two never meet, short enough for a socket path. */
const KEY_LENGTH = 20;

/**
 * Returns a short key that two callers share exactly when one server can answer for both: the same
 * home, the same binary, the same account and the same environment as far as it changes answers.
 *
 * `config.toml` is no part of it: a running server reads it anew at each `thread/start` (0.169). It
 * reads `$CODEX_HOME/.env` only when it starts, so that file is.
 *
 * The pid namespace is a part: two containers with one home see different files, and what a
 * container left that was ended as a whole looks alive for ever from the next one. So is the machine: two can
 * share a home, but no socket, and the first pid namespace has one name on all of them.
 */
export function serverIdentity(
  installation: CodexInstallation,
  environment: ChildEnvironment,
  codexHome: string,
): string {
  const identity = {
    codexHome,
    path: installation.path,
    version: installation.version,
    arguments: serverArguments(installation, codexHome),
    account: accountOf(readIfPresent(join(codexHome, "auth.json"))),
    dotEnv: dotEnvDigest(codexHome),
    environment: digestOf(decisiveEnvironment(environment)),
    pidNamespace: identifyProcess(process.pid)?.pidNamespace ?? "",
    host: hostname(),
  };
  return digestOf(identity).slice(0, KEY_LENGTH);
}
