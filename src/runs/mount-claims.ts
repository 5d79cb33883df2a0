import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { AbsolutePath } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { ProcessIdentity } from "#base/process-identity.ts";
import { RunId } from "#runs/records/run-record.ts";
import { Moment } from "#runs/sessions/session.ts";
import type { Locations } from "./locations.ts";

/** What a run found absent where Codex's sandbox may make empty folders. It is there as long as the run goes on. */
const MountClaim = z.strictObject({
  schema: z.literal("countersign/mount-claim/1"),
  run: RunId,
  at: Moment,
  process: ProcessIdentity,
  paths: z.array(AbsolutePath),
});
export type MountClaim = z.output<typeof MountClaim>;

/** Writes down what a run claims. Throws what the file system refuses. */
export function writeMountClaim(locations: Locations, claim: Omit<MountClaim, "schema">): void {
  const whole: MountClaim = { schema: "countersign/mount-claim/1", ...claim };
  replaceFile(claimFile(locations, claim), `${JSON.stringify(whole)}\n`);
}

/** One that stays is that of a run that died: it costs a look. */
export function removeMountClaim(locations: Locations, claim: Pick<MountClaim, "run">): void {
  orNone(() => [removeIfPresent(claimFile(locations, claim))]);
}

/** Returns all that is claimed, by runs that go on and by runs that died. What cannot be read claims nothing. */
export function mountClaims(locations: Locations): readonly MountClaim[] {
  const folder = folderOf(locations);
  const names = orNone(() => listIfPresent(folder)).filter((name) => /^\d.*\.json$/.test(name));
  return names.flatMap((name) =>
    orNone(() => [parseJson(readIfPresent(join(folder, name)) ?? "", MountClaim)]),
  );
}

function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) !== undefined) return [];
    throw error;
  }
}

function claimFile(locations: Locations, { run }: Pick<MountClaim, "run">): string {
  return join(folderOf(locations), `${run}.json`);
}

function folderOf({ root }: Locations): string {
  return join(root, "mounts");
}
