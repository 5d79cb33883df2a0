import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { oneLine } from "#base/text.ts";
import type { Contract } from "#gate/contract/contract.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import { placeOf } from "./workspace-path.ts";

/** What Codex takes as an image: PNG, JPEG, GIF, WebP. What is no image it leaves out without a word. */
const IMAGE = /^(?:89504e470d0a1a0a|ffd8ff|47494638|52494646.{8}57454250)/;
const HEAD_BYTES = 16;

/**
 * Returns what keeps a contract from being begun in this workspace (a real path), or `undefined`: an
 * input that is not there, and outputs whose place is outside of it or taken by a folder.
 */
export function checkInputs(workspace: string, contract: Contract): RunFailure | undefined {
  const faults = [
    ...contract.inputs.flatMap(({ path }) => inputFault(workspace, path)),
    ...contract.images.flatMap((path) => imageFault(workspace, path)),
    ...contract.outputs.flatMap(({ path }) => outputFault(workspace, path)),
    ...(contract.generates?.copyTo ?? []).flatMap((path) => copyFault(workspace, path)),
    ...contract.verify.flatMap(({ cwd }) => (cwd === undefined ? [] : folderFault(workspace, cwd))),
  ];
  return faults[0];
}

function inputFault(workspace: string, path: string): readonly RunFailure[] {
  const place = placeOf(workspace, path);
  if (place.kind === "missing") return [missing(`the input ${path} is not there`)];
  if (place.kind !== "there") return [invalid(`the input ${path} ${place.detail}`)];
  if (!place.stats.isFile() && !place.stats.isDirectory()) {
    return [missing(`the input ${path} is neither a file nor a folder`)];
  }
  return isReadable(place.path) ? [] : [missing(`the input ${path} may not be read by this user`)];
}

function imageFault(workspace: string, path: string): readonly RunFailure[] {
  const place = placeOf(workspace, path);
  if (place.kind === "missing") return [missing(`the image ${path} is not there`)];
  if (place.kind !== "there") return [invalid(`the image ${path} ${place.detail}`)];
  if (!place.stats.isFile()) return [missing(`the image ${path} is no file`)];
  if (!isReadable(place.path)) return [missing(`the image ${path} may not be read by this user`)];
  return IMAGE.test(headOf(place.path)) ? [] : [missing(`the image ${path} is no PNG, JPEG, GIF or WebP`)];
}

function outputFault(workspace: string, path: string): readonly RunFailure[] {
  const place = placeOf(workspace, path);
  if (place.kind === "missing") return [];
  if (place.kind !== "there") return [invalid(`the output ${path} ${place.detail}`)];
  if (place.stats.isDirectory()) return [invalid(`the output ${path} is a folder`)];
  if (!place.stats.isFile()) return [invalid(`the output ${path} is a pipe, a socket or a device`)];
  return [];
}

function copyFault(workspace: string, path: string): readonly RunFailure[] {
  const place = placeOf(workspace, path);
  if (place.kind === "missing") return [];
  if (place.kind === "there") return [invalid(`${path} is there already, and no image is copied over it`)];
  return [invalid(`${path}, where an image is to be copied to, ${place.detail}`)];
}

function folderFault(workspace: string, path: string): readonly RunFailure[] {
  const place = placeOf(workspace, path);
  // What is not there yet, the run may make.
  if (place.kind === "missing" || (place.kind === "there" && place.stats.isDirectory())) return [];
  return [
    invalid(
      `${path}, where a verification is to run, ${place.kind === "there" ? "is no folder" : place.detail}`,
    ),
  ];
}

function missing(detail: string): RunFailure {
  return { kind: "input_missing", detail: oneLine(detail) };
}

function invalid(detail: string): RunFailure {
  return { kind: "contract_invalid", detail: oneLine(detail) };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function headOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(file, head)).toString("hex");
  } finally {
    closeSync(file);
  }
}
