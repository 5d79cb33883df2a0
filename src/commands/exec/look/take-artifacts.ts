import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { Contract } from "#gate/contract/contract.ts";
import { ENDS_BYTES } from "#gate/contract/file-kind.ts";
import type { FileSeen, OutputSeen } from "#gate/contract/run-seen.ts";
import { type FormReader, formReader } from "./form-reader.ts";
import { placeOf } from "./workspace-path.ts";

/** In bytes. More is read at once by no disk. */
const CHUNK = 1024 * 1024;

/** Digests of outputs before a run, by path; what is not there, or no file, has none. */
export type ArtifactDigests = ReadonlyMap<string, string>;

/**
 * Returns the digests of a contract's outputs as they stand. `workspace` is a real path. Files are
 * streamed: their size does not matter for memory.
 */
export async function digestArtifacts(
  workspace: string,
  { outputs }: Contract,
  signal: AbortSignal,
): Promise<ArtifactDigests> {
  const digests = new Map<string, string>();
  for (const { path } of outputs) {
    const seen = await lookAt(workspace, path, undefined, signal);
    if (seen.kind === "file") digests.set(path, seen.sha256);
  }
  return digests;
}

/** Returns what lies in the place of each output after a run, checked for its form. */
export async function takeArtifacts(
  workspace: string,
  { contract, before }: { readonly contract: Contract; readonly before: ArtifactDigests },
  signal: AbortSignal,
): Promise<readonly OutputSeen[]> {
  const taken: OutputSeen[] = [];
  for (const output of contract.outputs) {
    const form = await formReader(output);
    const after = await lookAt(workspace, output.path, form, signal);
    taken.push({ path: output.path, before: before.get(output.path), after });
  }
  return taken;
}

/**
 * Returns a file's digest and ends. A pipe is not waited for, a device not read, and a link that was
 * put in the place meanwhile not followed.
 *
 * @throws what the signal was ended with.
 */
export async function readArtifact(
  path: string,
  form: FormReader | undefined,
  signal: AbortSignal,
): Promise<FileSeen> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    const found = await file.stat();
    if (!found.isFile())
      return { kind: "no-file", detail: found.isDirectory() ? "is a folder" : "is no file" };
    return await streamed(file, form, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "unreadable", detail: `cannot be read: ${oneLine(errorText(error))}` };
  } finally {
    await file?.close();
  }
}

async function lookAt(
  workspace: string,
  path: string,
  form: FormReader | undefined,
  signal: AbortSignal,
): Promise<FileSeen> {
  const place = placeOf(workspace, path);
  if (place.kind !== "there") return place;
  if (place.stats.isDirectory()) return { kind: "no-file", detail: "is a folder" };
  if (!place.stats.isFile()) return { kind: "no-file", detail: "is a pipe, a socket or a device" };
  return readArtifact(place.path, form, signal);
}

async function streamed(
  file: FileHandle,
  form: FormReader | undefined,
  signal: AbortSignal,
): Promise<FileSeen> {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let bytes = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, CHUNK);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    hash.update(read);
    form?.take(read);
    bytes += bytesRead;
    if (head.length < ENDS_BYTES) head = Buffer.concat([head, read]).subarray(0, ENDS_BYTES);
    tail = Buffer.from(Buffer.concat([tail, read.subarray(-ENDS_BYTES)]).subarray(-ENDS_BYTES));
  }
  return {
    kind: "file",
    bytes,
    sha256: hash.digest("hex"),
    content: {
      head: head.toString("hex"),
      tail: tail.toString("hex"),
      ...(form?.end() ?? { form: undefined, schema: undefined }),
    },
  };
}
