import { findProgram, programNames } from "#base/find-program.ts";
import { plainWords } from "#claude/plain-words.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import type { Examined } from "./check.ts";

/** What a registered hook starts: our launcher, the command line by its name, or something unknown. */
export type HookProgram =
  | { readonly kind: "launcher"; readonly path: string }
  | { readonly kind: "command-line"; readonly path: string }
  | { readonly kind: "unknown"; readonly why: string };

/** Returns the program behind a hook, read from its words; a line that only a shell can read is unknown. */
export function hookProgram(
  { command, args }: Pick<RegisteredHook, "command" | "args">,
  { environment, platform }: Pick<Examined, "environment" | "platform">,
): HookProgram {
  const words = args.length > 0 ? [command, ...args] : plainWords(command);
  if (words === undefined) return { kind: "unknown", why: "its line is more than one plain command" };
  const launcher = words.find((word) => /[\\/]countersign-hook(?:\.cjs)?$/.test(word));
  if (launcher !== undefined) return { kind: "launcher", path: launcher };
  const place = words.findIndex((word) => /(?:^|[\\/])countersign(?:\.cjs|\.cmd)?$/.test(word));
  const program = words[place] ?? "";
  if (/[\\/]/.test(program)) return { kind: "command-line", path: program };
  if (place !== 0) return { kind: "unknown", why: `${words[0] ?? "nothing"} decides what is started` };
  const found = findProgram(programNames(program, platform), environment, platform);
  return found === undefined
    ? { kind: "unknown", why: `there is no ${program} on PATH` }
    : { kind: "command-line", path: found };
}
