import { nameOf } from "./moments.ts";
import { rollScenario } from "./roll-scenario.ts";
import { runScenario, type ScenarioReport } from "./run-scenario.ts";

export type Storms = {
  readonly seed: number;
  readonly numbers: readonly number[];
  /** How many scenarios play at the same time. Most of one is waiting. */
  readonly atOnce: number;
};

/** Plays these scenarios, several at a time, and returns what came of each; `tell` hears of each as it ends. */
export async function runStorms(
  { seed, numbers, atOnce }: Storms,
  tell: (report: ScenarioReport) => void,
): Promise<readonly ScenarioReport[]> {
  const waiting = [...numbers];
  const reports: ScenarioReport[] = [];
  const lane = async (): Promise<void> => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const report = await reportOf(seed, number);
      reports.push(report);
      tell(report);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return reports;
}

/** A scenario that could not be played is a violation too. */
async function reportOf(seed: number, number: number): Promise<ScenarioReport> {
  const scenario = rollScenario(seed, number);
  try {
    return await runScenario(scenario);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      scenario,
      struck: [],
      outcomes: [],
      violations: [`it could not be played: ${what}`],
      seconds: 0,
    };
  }
}

/** Returns one line about a scenario, and what it was made of where something did not hold. */
export function reportText({ scenario, struck, outcomes, violations, seconds }: ScenarioReport): string {
  const head = `${violations.length === 0 ? "ok  " : "FAIL"} --seed ${scenario.seed} --only ${scenario.number} (${seconds.toFixed(1)} s) struck: ${struck.join(", ") || "nothing"}; outcomes: ${outcomes.join(", ")}`;
  if (violations.length === 0) return head;
  return [head, ...violations.map((one) => `  ! ${one}`), `  ${JSON.stringify(scenario)}`].join("\n");
}

/** Returns how often what struck, and how stops ended. */
export function countsText(reports: readonly ScenarioReport[]): string {
  const struck = reports.flatMap((report) => report.struck.map((what) => what.replace(/^\S+ /, "")));
  const planned = reports.flatMap(({ scenario }) => scenario.faults.map(nameOf)).length;
  const failed = reports.filter(({ violations }) => violations.length > 0);
  return [
    `${reports.length} scenarios, ${planned} faults planned, ${struck.length} struck, ${failed.length} scenarios with violations`,
    `faults: ${counted(struck)}`,
    `outcomes: ${counted(reports.flatMap(({ outcomes }) => outcomes))}`,
    ...(failed.length === 0 ? [] : [`failed: ${failed.map(({ scenario }) => scenario.number).join(",")}`]),
  ].join("\n");
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
