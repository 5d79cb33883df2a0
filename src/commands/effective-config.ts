import { type EffectiveConfig, type Origin, readEffectiveConfig } from "#runs/config/config-files.ts";
import type { Locations } from "#runs/locations.ts";
import type { Surroundings } from "./command.ts";

/** Returns the configuration that a session starting now in this repository would pin. */
export function effectiveConfigOf(
  surroundings: Pick<Surroundings, "environment" | "home">,
  locations: Locations,
  repositoryRoot: string | undefined,
): EffectiveConfig {
  const { environment, home } = surroundings;
  return readEffectiveConfig(
    { userConfig: locations.userConfig, repositoryRoot, home, environment },
    undefined,
  );
}

/** Returns in a few words who decided a key. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "default":
      return "the default";
    case "pinned":
      return "what was last pinned";
    case "user":
    case "project":
      return origin.path;
    case "repositories":
      return `"repositories" in ${origin.path} (${origin.glob})`;
    case "environment":
      return `the variable ${origin.variable}`;
  }
}
