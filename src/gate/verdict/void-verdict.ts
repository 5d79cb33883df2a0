import type { CompletedTurn } from "#codex/review/turn.ts";
import type { TurnSandbox } from "#codex/rollout/turn-sandbox.ts";
import type { TurnCommand } from "#codex/turn/turn-command.ts";
import type { AnswerFailure } from "#gate/failure/failure.ts";

/** What a turn is seen to have done besides reading. */
export type Deeds = Pick<CompletedTurn, "fileChanges" | "foreignTools"> & {
  readonly commands: readonly Deed[];
  readonly leftRunning: readonly { readonly command: Deed }[];
};

type Deed = Pick<TurnCommand, "command" | "outsideSandbox">;

const NAMED = 3;

/**
 * Returns why the turns of a review carry no verdict, whatever was answered: the reviewer wrote, or
 * something of it ran without a read-only sandbox and could have. A reviewer that changes what it
 * judges, or what others work on, signs its own work.
 *
 * `sandboxes` are those that Codex has on record for these turns; one that is not known proves
 * nothing. Only the turns' own record counts. That the work tree is another one afterwards proves nothing:
 * a person or another session may have edited it meanwhile. A patch that was refused wrote nothing.
 */
export function voidOf(
  turns: readonly Deeds[],
  sandboxes: readonly TurnSandbox[],
): AnswerFailure | undefined {
  const written = turns.flatMap(({ fileChanges }) =>
    fileChanges.flatMap(({ kind, paths }) => (kind === "written" ? paths : [])),
  );
  if (written.length > 0) return { kind: "reviewer-wrote", detail: listed(written) };
  const outside = turns.flatMap(({ commands, leftRunning, foreignTools }) => [
    ...[...commands, ...leftRunning.map(({ command }) => command)].flatMap(outsideSandbox),
    ...foreignTools,
  ]);
  if (outside.length > 0) return { kind: "reviewer-unsandboxed", detail: listed(outside) };
  const open = sandboxes.flatMap((one) => (one.kind === "writable" ? [one.detail] : []));
  return open.length > 0 ? { kind: "reviewer-unsandboxed", detail: listed(open) } : undefined;
}

function outsideSandbox({ command, outsideSandbox }: Deed): readonly string[] {
  return outsideSandbox ? [command] : [];
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const more = distinct.length > NAMED ? [`and ${distinct.length - NAMED} more`] : [];
  return [...distinct.slice(0, NAMED), ...more].join(", ");
}
