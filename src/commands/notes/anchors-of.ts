import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Note, readNote, signedText } from "#audit/signed-paths/note.ts";
import { listIfPresent } from "#base/files.ts";
import { isGitFailed } from "#git/fault.ts";
import type { ObjectStore } from "#git/repository.ts";
import { checkSignature, SignatureFault } from "#git/ssh-signature.ts";
import { storeAt } from "#git/store/nested-stores.ts";
import type { Locations } from "#runs/locations.ts";
import { notesOf, seenCommits } from "./seen-notes.ts";
import { NAMESPACE } from "./sign-notes.ts";

/** What outside of the state root holds a receipt's digest. `key`: the fingerprint of what signed it. */
export type Anchor = { readonly kind: "note" } | { readonly kind: "signed"; readonly key: string };

const KEY = /^[0-9a-f]{20}$/;

/**
 * Returns which of the receipts, named by their digests, stand in notes as remotes had them when they were
 * last seen. A receipt holds the digest of the one before, so that the anchor of one holds for all before
 * it in its chain. No network is used: whether the remote still has the note, `notes fetch` tells.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function anchorsOf(
  locations: Locations,
  digests: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Anchor>> {
  const anchors = new Map<string, Anchor>();
  for (const key of listIfPresent(locations.notes).filter((name) => KEY.test(name))) {
    const store = storeAt(join(locations.notes, key));
    if (!existsSync(join(store.directory, "HEAD"))) continue;
    for (const note of await notesOn(store, digests, signal)) {
      if (anchors.get(note.receiptDigest)?.kind === "signed") continue;
      const signer = await signerOf(note, store, signal);
      anchors.set(
        note.receiptDigest,
        signer === undefined ? { kind: "note" } : { kind: "signed", key: signer },
      );
    }
  }
  return anchors;
}

/** What was broken by somebody anchors nothing. */
async function notesOn(
  store: ObjectStore,
  digests: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Note[]> {
  try {
    const { kept } = await notesOf(
      store,
      await seenCommits(store, signal),
      ({ object, line }) => {
        const read = readNote(object, line);
        return read.kind === "note" && digests.has(read.note.receiptDigest) ? read.note : undefined;
      },
      signal,
    );
    return kept;
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return [];
  }
}

/** A signature that cannot be checked here (no ssh-keygen) is not counted: the note still is one. */
async function signerOf(note: Note, store: ObjectStore, signal: AbortSignal): Promise<string | undefined> {
  if (note.signature === undefined) return undefined;
  const about = { text: signedText(note), namespace: NAMESPACE, scratch: store.scratch };
  try {
    const check = await checkSignature(about, { signature: note.signature, signers: undefined }, signal);
    return check.kind === "good" ? check.key : undefined;
  } catch (error) {
    if (!(error instanceof SignatureFault)) throw error;
    return undefined;
  }
}
