import { sha256 } from "#base/digest.ts";
import { identifyProcess } from "#base/process-identity.ts";
import type { StopInput } from "#claude/hook-input.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { pluginPlaces, type Surroundings } from "#claude/plugins/plugin-places.ts";
import { processMarks } from "#claude/plugins/process-marks.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import type { PluginsHeld } from "#runs/plugins-in-force.ts";
import type { Session } from "#runs/sessions/session.ts";

/**
 * A fifth of it is enough to hash some hundred plugins, unless others have the processors. What does not
 * fit is on record as not read.
 */
const READ_MS = 10_000;

/**
 * Returns which plugin versions the session's Claude Code process holds, by a record of it: at the
 * first stop, and whenever the host's marks for that process are others, a new one is made. Where
 * nothing changed this costs a look at the marks.
 *
 * @throws StateFault where the record cannot be written.
 */
export async function pluginsInForce(
  call: HookCall,
  input: StopInput,
  session: Session,
): Promise<PluginsHeld> {
  const surroundings = surroundingsOf(call, input);
  const { pid } = readHostEnvironment(call.environment);
  const marks = marksNow(surroundings, pid);
  if (session.plugins?.marks === marks) return session.plugins;
  // Readers of the host's files and the hashing of folders, which only a new record needs.
  const { recordPlugins } = await import("./record-plugins.ts");
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(READ_MS)]);
  return { ...(await recordPlugins({ call, surroundings, pid, session }, signal)), marks };
}

/** Claude Code reads its project's settings from where it was started, wherever the session went since. */
function surroundingsOf({ environment, home }: HookCall, { cwd }: StopInput): Surroundings {
  const { projectDirectory } = readHostEnvironment(environment);
  return { environment, home, cwd: projectDirectory ?? cwd, platform: process.platform };
}

/** Everything that tells that a process took other plugins up: a mark is made for each, also for a reload. */
function marksNow(surroundings: Surroundings, pid: number | undefined): string {
  const startTime = pid === undefined ? undefined : identifyProcess(pid)?.startTime;
  const marks = pid === undefined ? [] : processMarks(pluginPlaces(surroundings).cache, pid);
  const said = marks.map(({ folder, markedAt }) => `${folder} ${markedAt}`);
  return sha256([`${pid} ${startTime}`, ...said].join("\n"));
}
