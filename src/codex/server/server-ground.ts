import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { digestOf, sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { accountOf } from "#codex/account.ts";

/** From what a server was started. */
export type ServerOrigin = {
  /** The native binary. */
  readonly codex: string;
  /** What the binary was found by, see `CodexInstallation`. */
  readonly launchedFrom: string;
  readonly codexHome: string;
};

/**
 * Returns a digest of what a server stands on and does not notice when it changes: who is signed
 * in, `$CODEX_HOME/.env`, and the program itself. All of it lies on disk, so at any time it is one
 * way for everybody: once it has changed, nobody asks for that server any more. The environment is
 * no part, for two sessions can differ in it for as long as they live.
 *
 * The program counts by size and times rather than by content, for it has hundreds of megabytes and this is
 * asked every second. A server whose program was replaced, even by an equal one, can no longer start its sandbox.
 */
export function groundOf(origin: ServerOrigin): string {
  return digestOf({
    account: accountOf(readIfPresent(join(origin.codexHome, "auth.json"))),
    dotEnv: dotEnvDigest(origin.codexHome),
    launchedFrom: realPath(origin.launchedFrom),
    program: fileStamp(origin.codex),
  });
}

/** Returns the digest of the variables that a server reads when it starts, and only then (0.169). */
export function dotEnvDigest(codexHome: string): string {
  return sha256(readIfPresent(join(codexHome, ".env")) ?? "");
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    return errorCode(error) ?? "";
  }
}

/** Returns what tells a file from another one in its place without reading it; nothing where there is none. */
export function fileStamp(path: string): object {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? {} : { size: found.size, changed: found.ctimeMs, modified: found.mtimeMs };
}
