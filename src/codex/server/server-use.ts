/** What the keeper sees of its server at one look. */
export type UseSeen = {
  /** Whether a living process uses it. */
  readonly clients: boolean;
  /** Changes with every mark that comes or goes, so that a visit between two looks counts as well. */
  readonly marks: number;
  /** Whether a session claims it. */
  readonly leased: boolean;
  /** Whether anybody can still come to ask for it. */
  readonly wanted: boolean;
};

/**
 * When a server was last used, claimed and wanted, in milliseconds of a clock that only goes
 * forward: the time of day can be set back and forth.
 */
export type ServerUse = {
  readonly marks: number;
  readonly used: number;
  readonly claimed: number;
  readonly wanted: number;
};

/** Between a session that ends and the next one, and between two calls from a shell. */
const GRACE_MS = 5_000;

/** Returns the state in which a server begins: as if it had just been used. */
export function noUseYet(now: number): ServerUse {
  return { marks: 0, used: now, claimed: now, wanted: now };
}

/** Returns the state after a look. */
export function useAfter(before: ServerUse, seen: UseSeen, now: number): ServerUse {
  return {
    marks: seen.marks,
    used: seen.clients || seen.marks !== before.marks ? now : before.used,
    claimed: seen.leased ? now : before.claimed,
    wanted: seen.wanted ? now : before.wanted,
  };
}

/** Returns whether the server is to end: nobody uses it, and nobody claims it, will want it, or has used it for long. */
export function isOver(use: ServerUse, idleSeconds: number, now: number): boolean {
  const quiet = now - use.used > GRACE_MS;
  const unclaimed = now - use.claimed > GRACE_MS;
  const unwanted = now - use.wanted > GRACE_MS;
  return quiet && (unclaimed || unwanted || now - use.used > idleSeconds * 1_000);
}
