import type { HookCall, HookEnd } from "./hook-call.ts";
import { sessionReceipts } from "./records.ts";
import type { Player, Stage } from "./stage.ts";

type Ended = { readonly call: HookCall; readonly end: HookEnd };

/** Every hook that was not killed answered with one JSON object and exit code 0, and each stop is on record once. */
export async function checkAnswers(stage: Stage): Promise<readonly string[]> {
  const calls = await Promise.all(stage.calls.map(async (call) => ({ call, end: await call.ended })));
  return [...calls.flatMap(badAnswer), ...stage.players.flatMap((player) => badCount(stage, player, calls))];
}

function badAnswer({ call, end }: Ended): readonly string[] {
  const what = `${call.hook} ${call.label}`;
  if (end.overdue) return [`${what} did not end by itself`];
  if (wasKilled({ call, end })) return [];
  const { exitCode, stdout, stderr } = end;
  if (exitCode !== 0 && !wasKilledAfterwards({ call, end }))
    return [`${what} ended with ${exitCode} (${call.signals.join()}): ${stdout}${stderr}`];
  if (end.answer === undefined) return [`${what} printed no answer: ${JSON.stringify(stdout)}`];
  if (stderr !== "") return [`${what} wrote to stderr: ${stderr}`];
  return end.answer.systemMessage?.includes("a mistake of the gate's own") === true
    ? [`${what} met a mistake of the gate's own: ${end.answer.systemMessage}`]
    : [];
}

/** Before its first line runs, a process that is asked to end ends, whatever that line would have been. */
export function wasKilled({ call, end }: Ended): boolean {
  return (
    end.exitCode === undefined && end.stdout === "" && call.signals.some((signal) => signal !== "SIGCONT")
  );
}

/** What struck after the whole answer was printed, and before the process had ended, took nothing away. */
function wasKilledAfterwards({ call, end }: Ended): boolean {
  return end.exitCode === undefined && end.answer !== undefined && call.signals.includes("SIGKILL");
}

/** As many receipts as answers, but for what was killed, and for what said itself that it is not on record. */
function badCount(stage: Stage, player: Player, calls: readonly Ended[]): readonly string[] {
  const stops = calls.filter(({ call }) => call.hook === "stop" && call.session === player.index);
  const killed = stops.filter(wasKilled).length;
  const answered = stops.filter((one) => !wasKilled(one));
  const unrecorded = answered.filter(({ end }) =>
    end.answer?.systemMessage?.includes("not on record"),
  ).length;
  const lost = [...stage.harm.receipts].filter((path) => path.includes(player.id)).length;
  const found = sessionReceipts(stage, player).length + lost;
  const least = answered.length - unrecorded;
  if (stage.harm.config || stage.harm.removedTrees.size > 0) return [];
  return found >= least - lost && found <= least + killed + unrecorded
    ? []
    : [
        `session ${player.index}: ${found} receipts for ${least} recorded answers, ${killed} killed, ${unrecorded} not on record`,
      ];
}
