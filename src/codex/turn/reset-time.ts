const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const WALL_TIME =
  /try again at (?:([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? at)? )?(\d{1,2}):(\d{2}) ([ap])m/i;
const WAIT = /try again in ((?:\d+(?:\.\d+)?\s*[a-z]+[\s,]*(?:and\s+)?)+)/i;
const PART = /(\d+(?:\.\d+)?)\s*(ms|[dhms])[a-z]*/gi;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A provider that speaks of years means nothing that a clock can hold. */
const LONGEST_WAIT_MS = 366 * DAY_MS;
const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
};

/**
 * Returns when Codex says that it makes sense to ask again, in epoch milliseconds, or `undefined`
 * where its message names no time. Seen on 0.169: `try again at 3:04 PM.`, `try again at Nov 24th,
 * 2026 1:34 PM.` (wall time of this machine, minutes cut off) and `try again in 1.2s.`
 */
export function resetTime(message: string, now: number): number | undefined {
  const wall = WALL_TIME.exec(message);
  if (wall !== null) return wallTime(wall, now);
  const wait = waitMs(WAIT.exec(message)?.[1] ?? "");
  return wait > 0 && wait <= LONGEST_WAIT_MS ? now + wait : undefined;
}

/** A minute is added for the seconds that were cut off: to ask too early fails again. */
function wallTime(match: RegExpExecArray, now: number): number | undefined {
  const [, month, day, year, hour, minute, half] = match;
  const time = new Date(now);
  const named = MONTHS.indexOf(month?.toLowerCase() ?? "");
  if (month !== undefined && named < 0) return undefined;
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "p" ? 12 : 0);
  if (month !== undefined) time.setFullYear(Number(year), named, Number(day));
  time.setHours(hours, Number(minute), 0, 0);
  const reset = time.getTime() + MINUTE_MS;
  return month === undefined && reset < now ? reset + DAY_MS : reset;
}

function waitMs(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * (UNITS_MS[unit?.toLowerCase() ?? ""] ?? 0);
  }
  return total;
}
