import { constants, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import { generatedImages } from "#codex/images/generated-images.ts";
import { imageToolRefusal } from "#codex/images/image-tool.ts";
import { pngFault } from "#gate/contract/file-kind.ts";
import type { ImageSeen, ImagesSeen } from "#gate/contract/run-seen.ts";
import type { VerificationPlace } from "./rerun-verifications.ts";
import type { RunPast } from "./run-past.ts";
import { readArtifact } from "./take-artifacts.ts";
import { placeOf } from "./workspace-path.ts";

const NONE: ImagesSeen = { images: [], notOffered: undefined, copies: [], notCopied: [] };

/**
 * Returns the images that Codex keeps of a thread, once they are copied to where the contract wants
 * them. Nothing is overwritten, and nothing but whole PNG files is copied.
 */
export async function takeImages(
  { workspace, codexHome }: Pick<VerificationPlace, "workspace" | "codexHome">,
  { contract, report, account }: Pick<RunPast, "contract" | "report" | "account">,
  signal: AbortSignal,
): Promise<ImagesSeen> {
  if (contract.generates === undefined) return NONE;
  const paths = report.threadId === undefined ? [] : generatedImages(codexHome, report.threadId);
  const images: ImageSeen[] = [];
  for (const path of paths) {
    const seen = await readArtifact(path, undefined, signal);
    if (seen.kind === "file") images.push({ path, ...seen });
  }
  const whole = images.filter(({ content }) => pngFault(content) === undefined);
  const copied = contract.generates.copyTo.map((path, index) => copy(workspace, whole[index], path));
  return {
    images,
    notOffered: imageToolRefusal(codexHome, account),
    copies: copied.flatMap((one) => (typeof one === "string" ? [] : [one])),
    notCopied: copied.filter((one) => typeof one === "string"),
  };
}

/** Returns the copy, or why there is none. */
function copy(workspace: string, image: ImageSeen | undefined, path: string): ImageSeen | string {
  if (image === undefined) return `there is no image for ${path}`;
  const place = placeOf(workspace, path);
  if (place.kind !== "missing") {
    return `${path} ${place.kind === "there" ? "is there already" : place.detail}: nothing was copied to it`;
  }
  try {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    copyFileSync(image.path, join(workspace, path), constants.COPYFILE_EXCL);
    return { ...image, path };
  } catch (error) {
    const why = errorCode(error) === "EEXIST" ? "is there already" : oneLine(errorText(error));
    return `${path} could not be written: ${why}`;
  }
}
