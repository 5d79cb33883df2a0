import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "./scratch-folder.ts";

/** An SSH key in a folder of its own, and a file that allows it to sign. */
export type SigningKey = {
  readonly file: string;
  /** As it stands in files of keys: its kind and its base64. */
  readonly public: string;
  readonly allowed: string;
};

/** Makes a key; `options` stand behind the name in the file of allowed signers. It goes with the test. */
export function makeSigningKey(name: string, passphrase = ""): SigningKey {
  const folder = scratchFolder();
  const file = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file]);
  const [kind, key] = readFileSync(`${file}.pub`, "utf8").split(" ");
  const allowed = join(folder, "allowed_signers");
  writeFileSync(allowed, `${name}@example.invalid ${kind} ${key}\n`);
  return { file, public: `${kind} ${key}`, allowed };
}
