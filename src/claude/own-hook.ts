import * as z from "zod/mini";

/** What an entry must have to be told apart; everything else in it is its owner's. */
export const Command = z.looseObject({
  command: z.string(),
  args: z.catch(z.optional(z.array(z.string())), undefined),
  // Of another shape it is as good as zero: Claude Code drops the entry.
  timeout: z.catch(z.optional(z.number()), 0),
});
export type Command = z.output<typeof Command>;

/** The launcher that `setup` registers, as a word of its own behind a folder. */
const LAUNCHER = /[\\/]countersign-hook(?:\.cjs)?(?=$|['"\s])/;
/** The form that is written by hand: `countersign hook stop`, also through npx or a path. */
const BY_HAND =
  /(?:^|[\\/\s'"])countersign(?:\.cjs|\.cmd)?['"]?\s+hook\s+(?:session-start|stop|session-end)(?=$|['"\s])/;

/** Returns whether a hook entry of Claude Code's settings is one of ours. */
export function isOurs(hook: unknown): boolean {
  const command = Command.safeParse(hook);
  if (!command.success) return false;
  const line = [command.data.command, ...(command.data.args ?? [])].join(" ");
  return LAUNCHER.test(line) || BY_HAND.test(line);
}
