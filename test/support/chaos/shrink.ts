import { runScenario, type ScenarioReport } from "./run-scenario.ts";
import type { Fault, Scenario } from "./scenario.ts";

/** A race does not come out the same each time. */
const TRIES = 3;

/**
 * Returns the report of the smallest scenario found that still breaks what this one breaks: without
 * faults, stops and sessions that are not needed for it. Each step is played, so this takes minutes.
 */
export async function shrunk(report: ScenarioReport): Promise<ScenarioReport> {
  for (const smaller of smallerOnes(report.scenario)) {
    const again = await stillBroken(smaller);
    if (again !== undefined) return await shrunk(again);
  }
  return report;
}

async function stillBroken(scenario: Scenario): Promise<ScenarioReport | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const report = await runScenario(scenario);
    if (report.violations.length > 0) return report;
  }
  return undefined;
}

function smallerOnes(scenario: Scenario): readonly Scenario[] {
  const { faults, sessions } = scenario;
  return [
    ...(sessions.length > 1 ? sessions.map((_, index) => withoutSession(scenario, index)) : []),
    ...(faults.length > 1
      ? faults.map((_, index) => ({ ...scenario, faults: faults.toSpliced(index, 1) }))
      : []),
    ...sessions.flatMap(({ stops }, index) => (stops.length > 1 ? [withoutLastStop(scenario, index)] : [])),
  ];
}

function withoutSession(scenario: Scenario, gone: number): Scenario {
  const moved = ({ session, ...fault }: Fault): Fault => ({
    ...fault,
    session: session > gone ? session - 1 : session,
  });
  return {
    ...scenario,
    sessions: scenario.sessions.toSpliced(gone, 1),
    faults: scenario.faults.filter(({ session }) => session !== gone).map(moved),
  };
}

function withoutLastStop(scenario: Scenario, at: number): Scenario {
  const sessions = scenario.sessions.map((plan, index) =>
    index === at ? { ...plan, stops: plan.stops.slice(0, -1) } : plan,
  );
  const isThere = ({ session, hook }: Fault): boolean => hook <= (sessions[session]?.stops.length ?? 0);
  return { ...scenario, sessions, faults: scenario.faults.filter(isThere) };
}
