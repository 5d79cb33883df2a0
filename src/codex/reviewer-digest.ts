import { join } from "node:path";
import { digestOf, sha256 } from "#base/digest.ts";
import { readIfPresent } from "#base/files.ts";
import type { ServerOptions } from "./server-options.ts";

/** What a configuration asks of a reviewer. */
export type ReviewerChoice = {
  /** `undefined` leaves the choice to Codex. */
  readonly model?: string | undefined;
  readonly effort: string;
};

/**
 * Returns a digest that stays the same while the same model would review with the same effort. No
 * process is started and no server asked.
 *
 * A configured model is named by its name. Where Codex chooses, it does so by its own version (each
 * release has another default) and by `$CODEX_HOME/config.toml`, whose bytes count as a whole: a
 * line that changes nothing then costs one review more, and a model, provider or profile that was
 * changed is never overlooked.
 */
export function reviewerDigest(
  { installation, codexHome }: Pick<ServerOptions, "installation" | "codexHome">,
  { model, effort }: ReviewerChoice,
): string {
  if (model !== undefined) return digestOf({ effort, model });
  const settings = readIfPresent(join(codexHome, "config.toml"));
  const chosenBy = { version: installation.version, settings: sha256(settings ?? "") };
  return digestOf({ effort, chosenBy });
}
