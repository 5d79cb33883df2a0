import { isAbsolute, join } from "node:path";
import { holds, type RecordCheck, silent } from "#audit/evidence/evidence.ts";
import { count } from "#base/text.ts";
import { readArtifact } from "#commands/exec/look/take-artifacts.ts";
import type { StoredRun } from "#runs/records/run-files.ts";

/**
 * Says which of the files that a run brought forth are still those. One that was changed since is worth a
 * word and proves nothing: files are there to be worked on.
 *
 * @throws `signal`'s reason.
 */
export async function artifactChecks(
  { begun, ended }: StoredRun,
  signal: AbortSignal,
): Promise<readonly RecordCheck[]> {
  const artifacts = ended?.artifacts ?? [];
  const changed: string[] = [];
  for (const { path, sha256 } of artifacts) {
    const seen = await readArtifact(isAbsolute(path) ? path : join(begun.cwd, path), undefined, signal);
    if (seen.kind !== "file" || seen.sha256 !== sha256) changed.push(path);
  }
  if (artifacts.length === 0) return [];
  if (changed.length === 0) return [holds("artifacts", count(artifacts.length, "file"))];
  return [silent("artifacts", `changed or gone since: ${changed.join(", ")}`)];
}
