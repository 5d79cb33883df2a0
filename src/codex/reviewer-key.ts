import { statSync } from "node:fs";
import { join } from "node:path";
import { digestOf, sha256 } from "#base/digest.ts";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { readIfPresent } from "#base/files.ts";
import { accountOf } from "./account.ts";
import { codexHomeOf, decisiveEnvironment, serverEnvironment } from "./environment.ts";

/** Long enough that two never meet. */
const KEY_LENGTH = 20;

/**
 * Returns a short key that stays the same as long as a call would go to the same place: the same
 * Codex, home, account, settings and model. What failed under one key says nothing about another, so
 * that a new sign-in, an update or a mended config.toml is tried at once. No process is started.
 *
 * The binary is known by its size and time instead of its version, which only it can tell. A sign-in
 * is known by the account and by the file's time: a sign-in that was renewed is worth a call.
 */
export function reviewerKey(binary: string, environment: Environment, model: string | undefined): string {
  const codexHome = codexHomeOf(environment);
  const file = (name: string): string => join(codexHome, name);
  const key = {
    codexHome,
    binary,
    built: stamp(binary),
    account: accountOf(readIfPresent(file("auth.json"))),
    signedIn: stamp(file("auth.json")),
    dotEnv: sha256(readIfPresent(file(".env")) ?? ""),
    settings: sha256(readIfPresent(file("config.toml")) ?? ""),
    environment: digestOf(withoutPlaces(serverEnvironment(environment, codexHome))),
    model: model ?? "",
  };
  return digestOf(key).slice(0, KEY_LENGTH);
}

/** A hook and a terminal of the same user find programs by different paths: that changes no answer. */
function withoutPlaces(environment: ChildEnvironment): ChildEnvironment {
  const { PATH, HOME, XDG_CONFIG_HOME, CODEX_HOME, ...rest } = decisiveEnvironment(environment);
  return rest;
}

function stamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.size} ${found.mtimeMs}`;
}
