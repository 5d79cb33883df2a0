import { clip, count, oneLine } from "#base/text.ts";
import type { Contract } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import { pathGlobs } from "./path-globs.ts";
import type { RunSeen } from "./run-seen.ts";

const SHOWN = 10;
const PATH_LENGTH = 200;

/** Returns whether the contract guards files, and so which of them have to be compared. */
export function guardOf({ prohibitions }: Contract): ((path: string) => boolean) | undefined {
  if (prohibitions.othersUnchanged) return () => true;
  if (prohibitions.paths.length === 0) return undefined;
  return pathGlobs(prohibitions.paths);
}

/** What must not have been changed. What could not be compared counts as changed. */
export function guardedChecks(contract: Contract, { guarded }: RunSeen): readonly ContractCheck[] {
  const { paths, othersUnchanged } = contract.prohibitions;
  if (guardOf(contract) === undefined) return [];
  if (guarded.kind === "not-compared") {
    return [fails("guarded files", "prohibited_change", `the files could not be compared: ${guarded.why}`)];
  }
  const outputs = new Set(contract.outputs.map(({ path }) => path));
  const copies = new Set(contract.generates?.copyTo);
  const prohibited = guarded.changed.filter(pathGlobs(paths));
  const others = guarded.changed.filter((path) => !outputs.has(path) && !copies.has(path));
  return [
    ...(paths.length === 0 ? [] : [unchanged("prohibited files", prohibited)]),
    ...(othersUnchanged ? [unchanged("other files", others)] : []),
  ];
}

function unchanged(name: string, changed: readonly string[]): ContractCheck {
  if (changed.length === 0) return holds(name, "none was changed");
  const shown = changed.slice(0, SHOWN).map((path) => clip(oneLine(path), PATH_LENGTH));
  const more = changed.length > SHOWN ? `, and ${changed.length - SHOWN} more` : "";
  return fails(
    name,
    "prohibited_change",
    `${count(changed.length, "file")} changed that had to stay: ${shown.join(", ")}${more}`,
  );
}
