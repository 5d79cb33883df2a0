import { findPrograms, programNames } from "#base/find-program.ts";
import { realPath } from "#claude/real-path.ts";
import type { Surroundings } from "#commands/command.ts";
import { askVersion } from "#commands/doctor/ask-version.ts";

/** A program on PATH. `version` is null where it does not say one, and `why` then tells what it did. */
export type ProgramHere = {
  readonly name: "claude" | "codex";
  readonly path: string;
  readonly realPath: string;
  readonly version: string | null;
  readonly why: string | null;
};

/**
 * Returns every `claude` and `codex` on PATH, in the order in which they are looked for, each with the
 * version that it says. Neither is asked for anything else.
 */
export async function programsHere(
  { environment, platform }: Pick<Surroundings, "environment" | "platform">,
  signal: AbortSignal,
): Promise<readonly ProgramHere[]> {
  const found = (["claude", "codex"] as const).flatMap((name) =>
    findPrograms(programNames(name, platform), environment, platform).map((path) => ({ name, path })),
  );
  return await Promise.all(
    found.map(async ({ name, path }): Promise<ProgramHere> => {
      const said = await askVersion(path, { environment }, signal);
      const where = { name, path, realPath: realPath(path) };
      if (said.kind === "version") return { ...where, version: said.version, why: null };
      return { ...where, version: null, why: said.why };
    }),
  );
}
