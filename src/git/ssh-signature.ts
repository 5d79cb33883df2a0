import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { errorText, Fault } from "#base/fault.ts";
import { findProgram, programNames } from "#base/find-program.ts";
import { clip, oneLine } from "#base/text.ts";
import { hasGroups, untilAborted } from "./process-group.ts";

export type SignatureFailure =
  | { readonly kind: "ssh-keygen-missing" }
  | { readonly kind: "not-signed"; readonly detail: string };

export class SignatureFault extends Fault<SignatureFailure> {
  override readonly name = "SignatureFault";
}

/** What is signed, or said to be, and where files can lie for as long as it takes. */
export type SignedText = { readonly text: string; readonly namespace: string; readonly scratch: string };

/** `key` is its fingerprint, `SHA256:...`; `principal` the name under which it is allowed. */
export type SignatureCheck =
  | { readonly kind: "good"; readonly key: string; readonly principal: string | null }
  /** It is about this text, by a key that is not among the allowed ones. */
  | { readonly kind: "unknown-key"; readonly key: string }
  | { readonly kind: "wrong"; readonly detail: string };

const WITHIN_MS = 30_000;
const DETAIL_LENGTH = 200;
const [BEGIN, END] = ["-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"] as const;
const LINE_LENGTH = 70;
const FINGERPRINT = /\bkey (SHA256:[A-Za-z0-9+/]{43})/;

/**
 * Signs a text with an SSH key (ssh-keygen(1), `-Y sign`) and returns the signature in base64, without its
 * frame. `key` is a file, of a private key or of the public part of one that an agent holds, or such a
 * public key itself. Nobody is asked for a passphrase: a key that has one must be in an agent.
 *
 * @throws SignatureFault
 */
export async function signText(
  { text, namespace, scratch }: SignedText,
  key: string,
  signal: AbortSignal,
): Promise<string> {
  return await withFile(scratch, publicPart(key), async (written) => {
    const file = written ?? key;
    if (!existsSync(file)) {
      throw new SignatureFault({ kind: "not-signed", detail: `there is no key at ${file}` });
    }
    const answer = await askKeygen(["-Y", "sign", "-q", "-n", namespace, "-f", file], text, signal);
    const body = answer.output.replace(BEGIN, "").replace(END, "").replace(/\s/g, "");
    if (answer.exitCode === 0 && body !== "") return body;
    throw new SignatureFault({ kind: "not-signed", detail: answer.detail });
  });
}

/**
 * Returns whether a signature in base64 is about this text, and by which key. With a file of allowed
 * signers (ssh-keygen(1), "ALLOWED SIGNERS") only theirs are good, as they are valid now; without one any
 * key's is.
 *
 * @throws SignatureFault `ssh-keygen-missing`.
 */
export async function checkSignature(
  { text, namespace, scratch }: SignedText,
  { signature, signers }: { readonly signature: string; readonly signers: string | undefined },
  signal: AbortSignal,
): Promise<SignatureCheck> {
  return await withFile(scratch, framed(signature), async (file = "") => {
    const about = ["-n", namespace, "-s", file];
    const alone = await askKeygen(["-Y", "check-novalidate", ...about], text, signal);
    const key = FINGERPRINT.exec(alone.output)?.[1];
    if (alone.exitCode !== 0 || key === undefined) return { kind: "wrong", detail: alone.detail };
    if (signers === undefined) return { kind: "good", key, principal: null };
    const found = await askKeygen(["-Y", "find-principals", "-s", file, "-f", signers], "", signal);
    const principals = found.exitCode === 0 ? found.output.split("\n").filter((line) => line !== "") : [];
    for (const principal of principals) {
      const words = ["-Y", "verify", "-f", signers, "-I", principal, ...about];
      const { exitCode } = await askKeygen(words, text, signal);
      if (exitCode === 0) return { kind: "good", key, principal };
    }
    return { kind: "unknown-key", key };
  });
}

/** As git takes one in `user.signingKey` (git-config(1)): `key::ssh-...`, or without that mark. */
function publicPart(key: string): string | undefined {
  const text = key.replace(/^key::/, "");
  return /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ \S+/.test(text) ? `${text}\n` : undefined;
}

function framed(signature: string): string {
  const lines = signature.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return `${[BEGIN, ...lines, END].join("\n")}\n`;
}

async function withFile<T>(
  scratch: string,
  content: string | undefined,
  work: (file: string | undefined) => Promise<T>,
): Promise<T> {
  if (content === undefined) return await work(undefined);
  const file = join(scratch, randomUUID());
  try {
    writeFileSync(file, content, { mode: 0o600 });
    return await work(file);
  } finally {
    rmSync(file, { force: true });
  }
}

type KeygenAnswer = { readonly exitCode: number; readonly output: string; readonly detail: string };

/** It leads a session of its own and so has no terminal on which it could ask. */
async function askKeygen(
  words: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<KeygenAnswer> {
  const program = findProgram(programNames("ssh-keygen"), process.env);
  if (program === undefined) throw new SignatureFault({ kind: "ssh-keygen-missing" });
  const ending = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  const started = execa(program, words, {
    input,
    env: { LC_ALL: "C", SSH_ASKPASS_REQUIRE: "never" },
    reject: false,
    cleanup: false,
    detached: hasGroups(),
    windowsHide: true,
  });
  const late = () => new SignatureFault({ kind: "not-signed", detail: "ssh-keygen took too long" });
  const result = await untilAborted(started, started.pid, ending, late);
  const said = [result.stderr, result.stdout].join("\n").split("\n");
  const reason = said.find((line) => line.trim() !== "") ?? errorText(result);
  return {
    exitCode: result.exitCode ?? -1,
    output: result.stdout,
    detail: clip(oneLine(reason), DETAIL_LENGTH),
  };
}
