import { type Note, signedText } from "#audit/signed-paths/note.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { anyFolder } from "#git/git-place.ts";
import { askGit } from "#git/run-git.ts";
import { SignatureFault, signText } from "#git/ssh-signature.ts";
import type { NotesPlace } from "./notes-place.ts";

/** What our signatures are for, so that one made for another purpose is none (ssh-keygen(1), `-n`). */
export const NAMESPACE = "countersign";

/**
 * Returns the key that notes are to be signed with: the one that was named, or git's own (git-config(1),
 * `user.signingKey`) where git signs with SSH; `undefined` where nobody asked for a signature.
 *
 * @throws UsageFault where a signature is wanted and there is no key.
 */
export async function signingKey(
  call: Call,
  { tree }: NotesPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  const named = call.texts.get("key");
  if (named !== undefined) return named;
  if (!call.flags.has("sign")) return undefined;
  const setting = async (name: string, ...how: readonly string[]) => {
    const command = { arguments: ["config", ...how, "--get", name] };
    const { exitCode, output } = await askGit(anyFolder(tree.repository.root), command, signal);
    return exitCode === 0 ? output.toString("utf8").trim() : "";
  };
  const key = await setting("user.signingKey", "--type=path");
  if (key !== "" && (await setting("gpg.format")) === "ssh") return key;
  const text =
    "git is not set up to sign with an SSH key (gpg.format=ssh and user.signingKey); name one with --key";
  throw new UsageFault({ kind: "usage", text });
}

/**
 * Returns the notes with a signature each.
 *
 * @throws UsageFault where the key cannot sign.
 */
export async function signNotes(
  notes: readonly Note[],
  { key, scratch }: { readonly key: string; readonly scratch: string },
  signal: AbortSignal,
): Promise<readonly Note[]> {
  const signed: Note[] = [];
  try {
    for (const note of notes) {
      const about = { text: signedText(note), namespace: NAMESPACE, scratch };
      signed.push({ ...note, signature: await signText(about, key, signal) });
    }
  } catch (error) {
    if (error instanceof SignatureFault) throw new UsageFault({ kind: "usage", text: reason(error) });
    throw error;
  }
  return signed;
}

function reason({ failure }: SignatureFault): string {
  switch (failure.kind) {
    case "ssh-keygen-missing":
      return "there is no ssh-keygen on PATH; install OpenSSH to sign notes";
    case "not-signed":
      return `ssh-keygen did not sign (${failure.detail}); a key with a passphrase has to be in an agent`;
  }
}
