import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod/mini";
import type { ChildEnvironment } from "#base/environment.ts";
import { errorText } from "#base/fault.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { clip } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import type { CodexInstallation } from "#codex/installation.ts";
import { lastWords } from "#codex/last-words.ts";

/** A server of MCP that Codex would start in this folder. */
export type ConfiguredServer = { readonly name: string; readonly enabled: boolean };

const Listed = z.array(z.looseObject({ name: z.string(), enabled: z._default(z.boolean(), true) }));
const TIME_LIMIT_MS = 10_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const DETAIL_CHARACTERS = 600;

type ServerPlace = {
  readonly installation: CodexInstallation;
  readonly environment: ChildEnvironment;
  readonly cwd: string;
};

/**
 * Returns the servers of MCP that Codex has configured in the workspace: the user's and, where the
 * project is trusted, the project's. There is no key that switches all of them off, so each has to be
 * named. Plugins, which bring servers of their own, are off. Takes 20 to 50 ms.
 *
 * @throws CodexFault `codex-unusable` with what Codex says, as for a configuration that it refuses; or
 * `signal`'s reason.
 */
export async function configuredServers(
  { installation, environment, cwd }: ServerPlace,
  signal: AbortSignal,
): Promise<readonly ConfiguredServer[]> {
  const { path } = installation;
  try {
    const words = ["mcp", "list", "--json", "-c", "features.plugins=false"];
    const { stdout } = await promisify(execFile)(path, words, {
      cwd,
      env: { ...environment },
      timeout: TIME_LIMIT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      signal,
    });
    return parseJson(stdout, Listed);
  } catch (error) {
    signal.throwIfAborted();
    throw new CodexFault({ kind: "codex-unusable", path, detail: detailOf(error) }, { cause: error });
  }
}

function detailOf(error: unknown): string {
  if (error instanceof JsonFault) return "its list of MCP servers is not understood";
  const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  return clip(lastWords(said) || lastWords(errorText(error)), DETAIL_CHARACTERS);
}
