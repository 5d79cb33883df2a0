import { join } from "node:path";
import { digestOf, sha256 } from "#base/digest.ts";
import { readIfPresent } from "#base/files.ts";
import { dotEnvDigest, fileStamp } from "#codex/server/server-ground.ts";
import { providerSettings } from "./provider-settings.ts";
import type { ServerOptions } from "./server-options.ts";

/** What a configuration asks of a reviewer. */
export type ReviewerChoice = {
  /** `undefined` leaves the choice to Codex. */
  readonly model?: string | undefined;
  readonly effort: string;
};

/** Variables that lead Codex to another place, or have it believe another that it is the right one. */
const LEADING = /^(?:OPENAI_BASE_URL|CODEX_CA_CERTIFICATE|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|ALL|NO)_PROXY)$/i;

/**
 * Returns a digest that stays the same while the same model at the same place would review with the
 * same effort. No process is started and no server asked.
 *
 * A configured model is named by its name. Where Codex chooses, it does so by its own version (each
 * release has another default) and by `$CODEX_HOME/config.toml`, whose bytes count as a whole: a
 * line that changes nothing then costs one review more, and a model, provider or profile that was
 * changed is never overlooked. Whoever may start a review by hand chooses the program, the home and the
 * variables for it: what another one says of a change, under a name of its own choice, is no verdict here.
 */
export function reviewerDigest(
  { installation, codexHome, environment }: Pick<ServerOptions, "installation" | "codexHome" | "environment">,
  { model, effort }: ReviewerChoice,
): string {
  const settings = readIfPresent(join(codexHome, "config.toml")) ?? "";
  const chosenBy = { version: installation.version, settings: sha256(settings) };
  const askedAt = {
    program: [installation.path, fileStamp(installation.path)],
    codexHome,
    dotEnv: dotEnvDigest(codexHome),
    provider: providerSettings(settings),
    variables: Object.fromEntries(Object.entries(environment).filter(([name]) => LEADING.test(name))),
  };
  return digestOf({ effort, askedAt, ...(model === undefined ? { chosenBy } : { model }) });
}
