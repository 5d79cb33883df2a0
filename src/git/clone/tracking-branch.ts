import type { ObjectId } from "#base/ids.ts";
import type { Remote } from "./clone-config.ts";
import type { OpenClone } from "./open-clone.ts";

/** A remote, and what was last fetched of the branch that HEAD follows. */
export type Tracking = {
  /** As `origin/main`. */
  readonly name: string;
  readonly commit: ObjectId;
};

/** Returns the remote that HEAD's branch follows; without one, `origin`, else the only one there is. */
export function remoteOf({ branch, config }: OpenClone): Remote | undefined {
  const { remotes, branches } = config;
  const asked = branches.get(branch ?? "")?.remote ?? "origin";
  return remotes.find(({ name }) => name === asked) ?? (remotes.length === 1 ? remotes[0] : undefined);
}

/** Returns the remote-tracking branch of HEAD's branch, else that of the remote's own HEAD. */
export function trackingOf(clone: OpenClone): Tracking | undefined {
  const remote = remoteOf(clone);
  if (remote === undefined) return undefined;
  const followed = clone.config.branches.get(clone.branch ?? "");
  const refs = new Map(clone.refs.map((ref) => [ref.name, ref]));
  const merged = followed?.remote === remote.name ? followed.merge : undefined;
  const kept = merged === undefined ? [] : remote.fetch.flatMap((rule) => keptAs(rule, merged));
  const remoteHead = refs.get(`refs/remotes/${remote.name}/HEAD`)?.leadsTo ?? "";
  const found = [...kept, remoteHead].flatMap((name) => refs.get(name) ?? [])[0];
  if (found === undefined) return undefined;
  return { name: found.name.replace(/^refs\/remotes\//, ""), commit: found.id };
}

/** Returns under what name a rule of fetching keeps a branch (git-fetch(1), "refspec"). */
function keptAs(rule: string, branch: string): readonly string[] {
  const [from = "", to = ""] = rule.replace(/^\+/, "").split(":");
  if (from === branch) return to === "" ? [] : [to];
  const [before, after] = from.split("*");
  if (before === undefined || after === undefined) return [];
  if (!branch.startsWith(before) || !branch.endsWith(after)) return [];
  return [to.replace("*", () => branch.slice(before.length, branch.length - after.length))];
}
