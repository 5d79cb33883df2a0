import type { Contract } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import { pngFault } from "./file-kind.ts";
import type { RunSeen } from "./run-seen.ts";

/** Said before all else: where the tool is not offered, nothing else that is missing is the agent's fault. */
export function imageToolChecks({ generates }: Contract, { images }: RunSeen): readonly ContractCheck[] {
  if (generates === undefined || images.notOffered === undefined) return [];
  const name = "image tool";
  if (images.images.length > 0) return [holds(name, "it was used")];
  return [fails(name, "tool_not_offered", images.notOffered)];
}

/** The images that Codex itself keeps for the thread: each a whole PNG, no two of them the same. */
export function imageChecks({ generates }: Contract, { images: seen }: RunSeen): readonly ContractCheck[] {
  if (generates === undefined) return [];
  const name = "images";
  const { images, notCopied } = seen;
  const faults = images.flatMap(({ path, content }) => {
    const fault = pngFault(content);
    return fault === undefined ? [] : [`${path}: ${fault}`];
  });
  const [fault] = faults;
  if (fault !== undefined) return [fails(name, "artifact_wrong_kind", fault)];
  const distinct = new Set(images.map(({ sha256 }) => sha256)).size;
  if (distinct >= generates.images) return [holds(name, `${distinct} images`), ...copyChecks(notCopied)];
  return [fails(name, "artifact_missing", `${distinct} of ${generates.images} images were generated`)];
}

function copyChecks(notCopied: readonly string[]): readonly ContractCheck[] {
  return notCopied.map((detail) => fails("images copied", "artifact_missing", detail));
}
