import type { AuditRow } from "./audit-row.ts";

/** What a number of records took together. */
export type Sum = {
  readonly records: number;
  readonly tokensIn: number;
  readonly tokensCached: number;
  readonly tokensOut: number;
  readonly seconds: number;
};

/** Sums by day (UTC), by model and by outcome; each by what it is of. */
export type RowTotals = {
  readonly all: Sum;
  readonly days: ReadonlyMap<string, Sum>;
  readonly models: ReadonlyMap<string, Sum>;
  readonly outcomes: ReadonlyMap<string, Sum>;
};

/** Rows that no model was asked for, or of which none is known. */
const NO_MODEL = "(none)";

const NOTHING: Sum = { records: 0, tokensIn: 0, tokensCached: 0, tokensOut: 0, seconds: 0 };

/** Returns sums to which rows can be added one by one: of very many, none has to be kept. */
export function countRows(): { readonly add: (row: AuditRow) => void; readonly totals: RowTotals } {
  const [days, models, outcomes] = [new Map<string, Sum>(), new Map<string, Sum>(), new Map<string, Sum>()];
  const all = new Map<string, Sum>();
  const add = (row: AuditRow): void => {
    addTo(all, "all", row);
    addTo(days, row.at.slice(0, 10), row);
    addTo(models, row.model ?? NO_MODEL, row);
    addTo(outcomes, outcomeOf(row), row);
  };
  return {
    add,
    totals: {
      get all() {
        return all.get("all") ?? NOTHING;
      },
      days,
      models,
      outcomes,
    },
  };
}

/** Rounds and last signs of life differ from row to row. */
function outcomeOf({ outcome, outcomeWords, state }: AuditRow): string {
  if (state !== "ended") return state;
  const [kind = outcome, ...why] = outcomeWords;
  return why.length === 0 ? kind : `${kind} (${why.join(", ")})`;
}

function addTo(sums: Map<string, Sum>, name: string, { tokens, seconds }: AuditRow): void {
  const sum = sums.get(name) ?? NOTHING;
  sums.set(name, {
    records: sum.records + 1,
    tokensIn: sum.tokensIn + (tokens?.input ?? 0),
    tokensCached: sum.tokensCached + (tokens?.cachedInput ?? 0),
    tokensOut: sum.tokensOut + (tokens?.output ?? 0),
    seconds: sum.seconds + (seconds ?? 0),
  });
}
