import { join } from "node:path";
import { readIfPresent } from "#base/files.ts";
import { accountKindOf } from "#codex/account.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunBegun } from "#runs/records/run-record.ts";

/** The Codex that a run is started with. */
export type CodexForRun = {
  readonly options: ServerOptions;
  /** What the run's record says of it. */
  readonly record: Pick<RunBegun, "codex" | "codexHome" | "account">;
};

/**
 * Returns the Codex of a run in a work tree, the same that the gate would ask.
 *
 * @throws UsageFault where this repository is not to be sent to a second vendor, CodexFault
 * `codex-missing`, `codex-unusable` or `codex-too-old`, or `signal`'s reason.
 */
export async function codexForRun(
  call: Pick<Call, "environment" | "home">,
  {
    locations,
    repositoryRoot,
  }: { readonly locations: Locations; readonly repositoryRoot: string | undefined },
  signal: AbortSignal,
): Promise<CodexForRun> {
  const { config } = effectiveConfigOf(call, locations, repositoryRoot);
  if (!config.send) {
    const text = 'this repository is configured not to be sent ("send": false), so Codex was not started';
    throw new UsageFault({ kind: "usage", text });
  }
  const server = await codexServer({ environment: call.environment, locations }, config, signal);
  const options = { ...server, keepsThreads: true };
  const { path, launchedFrom, version } = options.installation;
  const { codexHome } = options;
  const account = accountKindOf(readIfPresent(join(codexHome, "auth.json")), options.environment);
  return { options, record: { codex: { path, launchedFrom, version }, codexHome, account } };
}
