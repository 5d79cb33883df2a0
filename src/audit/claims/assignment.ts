/**
 * Returns for each claim, by its place in `edges`, which run it is given, so that no run is given twice and
 * as many claims as can be have one. `edges` lists the runs that a claim may be given, its best one first.
 */
export function assigned(edges: readonly (readonly string[])[]): ReadonlyMap<number, string> {
  const holders = new Map<string, Claimant>();
  for (const [place, runs] of edges.entries()) take({ place, runs }, { holders, tried: new Set() });
  return new Map([...holders].map(([run, { place }]) => [place, run]));
}

type Claimant = { readonly place: number; readonly runs: readonly string[] };
type Search = { readonly holders: Map<string, Claimant>; readonly tried: Set<string> };

/** An augmenting path (Kuhn): who holds a run may be able to take another. */
function take(claimant: Claimant, search: Search): boolean {
  for (const run of claimant.runs) {
    if (search.tried.has(run)) continue;
    search.tried.add(run);
    const other = search.holders.get(run);
    if (other === undefined || take(other, search)) {
      search.holders.set(run, claimant);
      return true;
    }
  }
  return false;
}
