/**
 * Returns for each of `count` claims which run it is given, so that no run is given twice and as many
 * claims as can be have one. `edges` lists the runs that a claim may be given, its best one first.
 */
export function assigned(edges: readonly (readonly string[])[]): ReadonlyMap<number, string> {
  const holder = new Map<string, number>();
  edges.forEach((_, claim) => {
    take(claim, edges, { holder, tried: new Set() });
  });
  return new Map([...holder].map(([run, claim]) => [claim, run]));
}

type Search = { readonly holder: Map<string, number>; readonly tried: Set<string> };

/** An augmenting path (Kuhn): who holds a run may be able to take another. */
function take(claim: number, edges: readonly (readonly string[])[], search: Search): boolean {
  for (const run of edges[claim] ?? []) {
    if (search.tried.has(run)) continue;
    search.tried.add(run);
    const other = search.holder.get(run);
    if (other === undefined || take(other, edges, search)) {
      search.holder.set(run, claim);
      return true;
    }
  }
  return false;
}
