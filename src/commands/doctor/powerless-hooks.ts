import * as z from "zod/mini";
import { Command, isOurs } from "#claude/own-hook.ts";
import type { RegisteredHook, SettingsFile } from "#claude/settings.ts";

const Groups = z.array(z.unknown());
const Group = z.looseObject({ hooks: z.array(z.unknown()) });
const Entry = z.looseObject({
  type: z.optional(z.unknown()),
  async: z.optional(z.unknown()),
  asyncRewake: z.optional(z.unknown()),
  if: z.optional(z.unknown()),
});

/** A hook of ours that is registered in a way that takes its power. */
export type PowerlessHook = Pick<RegisteredHook, "path" | "event" | "command" | "args"> & {
  readonly why: string;
};

/**
 * Returns the entries of ours that Claude Code 2.1.330 never starts, or does not listen to: an
 * asynchronous hook cannot hold a stop back, and a Stop hook with a condition never runs.
 */
export function powerlessHooks(files: readonly SettingsFile[]): readonly PowerlessHook[] {
  return files.flatMap((file) => {
    if (file.kind !== "read") return [];
    return Object.entries(file.settings.hooks ?? {}).flatMap(([event, groups]) =>
      entriesOf(groups).flatMap((entry) => {
        const why = reasonIn(entry);
        const command = Command.safeParse(entry);
        if (why === undefined || !command.success || !isOurs(entry)) return [];
        return [
          { path: file.path, event, command: command.data.command, args: command.data.args ?? [], why },
        ];
      }),
    );
  });
}

/** Returns why a registered hook has no power, or `undefined` where it has. */
export function whyPowerless(powerless: readonly PowerlessHook[], hook: RegisteredHook): string | undefined {
  const key = ({ path, event, command, args }: Omit<PowerlessHook, "why">) =>
    JSON.stringify([path, event, command, args]);
  return powerless.find((one) => key(one) === key(hook))?.why;
}

function entriesOf(groups: unknown): readonly unknown[] {
  const parsed = Groups.safeParse(groups);
  return parsed.success ? parsed.data.flatMap((group) => Group.safeParse(group).data?.hooks ?? []) : [];
}

function reasonIn(entry: unknown): string | undefined {
  const parsed = Entry.safeParse(entry);
  if (!parsed.success) return undefined;
  const { type, async, asyncRewake, if: condition } = parsed.data;
  if (type !== "command") return `its type is ${JSON.stringify(type) ?? "missing"}, not "command"`;
  if (async === true || asyncRewake === true) return "it is asynchronous, so that its answer comes too late";
  return condition === undefined ? undefined : 'it has an "if", with which it never runs at a stop';
}
