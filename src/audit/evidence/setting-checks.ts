import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import {
  type CheckName,
  fails,
  holds,
  type RecordCheck,
  same,
  silent,
  unclaimed,
  unknown,
} from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/** Says of where and how it ran whether Codex has the same on record. What is not claimed is not listed. */
export function settingChecks(
  claims: RunClaims,
  witnesses: Witnesses,
  sameFolders: readonly string[],
): readonly RecordCheck[] {
  const { speaking } = witnesses;
  return [
    ...folderCheck(claims, witnesses, sameFolders),
    ...homeCheck(claims, sameFolders),
    ...headCheck("version", claims.cliVersion, witnesses.main.head?.cliVersion, claims),
    ...headCheck("provider", claims.modelProvider, witnesses.main.head?.modelProvider, claims),
    ...turnCheck({ name: "model", claimed: claims.model, claims }, speaking, (turn) => turn.model),
    ...turnCheck({ name: "effort", claimed: claims.effort, claims }, speaking, (turn) => turn.effort),
    ...sandboxCheck(claims, speaking),
  ];
}

/** The first line of a thread that was continued speaks of where it began. */
function folderCheck(
  { cwd, resumed }: RunClaims,
  { main, speaking }: Witnesses,
  sameFolders: readonly string[],
): readonly RecordCheck[] {
  if (cwd === undefined) return [];
  const found = [...(resumed ? [] : [main.head?.cwd]), ...speaking.map((turn) => turn.cwd)].filter(
    (folder) => folder !== undefined,
  );
  const other = found.find((folder) => folder !== cwd && !sameFolders.includes(folder));
  if (other !== undefined) return [same("folder", cwd, other)];
  return [found.length === 0 ? unknown("folder", "no line of it names its folder") : holds("folder", cwd)];
}

/** Where a home was moved to does not matter; that the record names one place and its seals another does. */
function homeCheck(
  { codexHome, rollouts }: RunClaims,
  sameFolders: readonly string[],
): readonly RecordCheck[] {
  if (codexHome === undefined) return [];
  const homes = [codexHome, ...sameFolders];
  const strange = rollouts.find(({ seal }) => !homes.some((home) => isBelow(seal.path, home)));
  if (strange === undefined) return [holds("home", codexHome)];
  return [fails("home", `the record says ${codexHome}, and names ${strange.seal.path}`)];
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
}

function headCheck(
  name: CheckName,
  claimed: string | undefined,
  found: string | undefined,
  { resumed, source }: RunClaims,
): readonly RecordCheck[] {
  if (claimed === undefined) return found === undefined ? [] : unclaimed(name, source, found);
  if (found === undefined) return [unknown(name, "it is not on record")];
  if (claimed !== found && resumed) return [silent(name, `the thread was begun by ${found}`)];
  return [same(name, claimed, found)];
}

type TurnClaim = {
  readonly name: CheckName;
  readonly claimed: string | undefined;
  readonly claims: RunClaims;
};

function turnCheck(
  { name, claimed, claims }: TurnClaim,
  turns: readonly TurnFacts[],
  of: (turn: TurnFacts) => string | undefined,
): readonly RecordCheck[] {
  const found = turns.map(of);
  if (claimed === undefined) {
    const told = found.find((value) => value !== undefined);
    return told === undefined ? [] : unclaimed(name, claims.source, told);
  }
  const other = found.find((value) => value !== undefined && value !== claimed);
  if (other !== undefined) return [same(name, claimed, other)];
  const isTold = found.length > 0 && found.every((value) => value !== undefined);
  return [isTold ? holds(name, claimed) : unknown(name, "it is not on record for every turn")];
}

/** A profile can grant more than the policy's name says, so both count. */
function sandboxCheck(claims: RunClaims, turns: readonly TurnFacts[]): readonly RecordCheck[] {
  const { sandbox: claimed } = claims;
  const writable = turns.flatMap(({ sandbox }) => (sandbox.kind === "writable" ? [sandbox.detail] : []));
  if (claimed === "read-only" && writable[0] !== undefined) {
    return [fails("sandbox", `the record says read-only, Codex's file says ${writable[0]}`)];
  }
  return turnCheck(
    { name: "sandbox", claimed, claims },
    turns,
    (turn) => turn.sandboxPolicy ?? policyOf(turn),
  );
}

function policyOf({ sandbox }: TurnFacts): string | undefined {
  return sandbox.kind === "read-only" ? "read-only" : undefined;
}
