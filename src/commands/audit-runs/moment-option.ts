const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const DURATION = /^([1-9]\d{0,5})([mhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/;
const LAST_MS_OF_DAY = 86_400_000 - 1;

/**
 * Returns the moment (epoch milliseconds) that a text means: how long before now (`7d`, `12h`, `30m`,
 * `2w`), a day (its first moment, or its last where the end of a span is meant) or a moment. All are UTC
 * unless a moment says otherwise. `undefined` where it is none of these.
 */
export function momentOf(text: string, edge: "first" | "last", now: Date): number | undefined {
  const [, number, unit] = DURATION.exec(text) ?? [];
  if (number !== undefined && unit !== undefined)
    return now.getTime() - Number(number) * millisecondsOf(unit);
  if (!isDay(text.slice(0, 10))) return undefined;
  if (DATE.test(text)) return Date.parse(text) + (edge === "last" ? LAST_MS_OF_DAY : 0);
  if (!MOMENT.test(text)) return undefined;
  const zone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? "" : "Z";
  const time = Date.parse(`${text.replace(" ", "T")}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function isDay(text: string): boolean {
  const time = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function millisecondsOf(unit: string): number {
  return unit === "m" || unit === "h" || unit === "d" || unit === "w" ? UNITS[unit] : Number.NaN;
}
