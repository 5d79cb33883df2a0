/** Returns a span of time as a clock shows it: `0:07`, `12:34`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = wholeSeconds(milliseconds);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** Returns a span of time in words: `7 s`, `12 min 34 s`, `1 h 2 min`, `3 days 4 h`. */
export function spanText(milliseconds: number): string {
  const seconds = wholeSeconds(milliseconds);
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (days !== undefined && days > 0) return `${days} ${days === 1 ? "day" : "days"} ${(hours ?? 0) % 24} h`;
  if (hours !== undefined && hours > 0) return `${hours} h ${(minutes ?? 0) % 60} min`;
  return minutes !== undefined && minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** A clock that was set back makes no span negative. */
function wholeSeconds(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1_000));
}

/** Returns a number of tokens short enough for a line: `950`, `12.3k`, `1.2M`. */
export function tokensText(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  const [scaled, unit] = tokens < 999_950 ? [tokens / 1_000, "k"] : [tokens / 1_000_000, "M"];
  return `${scaled.toFixed(1)}${unit}`;
}
