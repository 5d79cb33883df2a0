import { join } from "node:path";
import { parse } from "smol-toml";
import * as z from "zod/mini";
import { type Found, findFile, withoutMark } from "#base/found-file.ts";
import { parseShape } from "#base/json.ts";

const Config = z.looseObject({
  model_provider: z.optional(z.string()),
  profile: z.optional(z.string()),
  profiles: z.optional(z.record(z.string(), z.looseObject({ model_provider: z.optional(z.string()) }))),
});

/** Codex's built-in provider, the only one that it offers images of. */
const OWN = "openai";

/**
 * Returns why Codex offers its model no tool that generates images, in words for a person, or
 * `undefined` where nothing is known against it. 0.140 and 0.169 offer it with a sign-in by ChatGPT
 * only: not with an API key, and not with a provider of one's own. `account` is as `accountKindOf` says.
 */
export function imageToolRefusal(codexHome: string, account: string): string | undefined {
  const provider = providerOf(findFile(join(codexHome, "config.toml"), takeProvider));
  if (provider !== undefined && provider !== OWN) {
    return `Codex offers the image tool only with its own provider, and config.toml names "${provider}"; ${NEXT}`;
  }
  if (account.startsWith("chatgpt") || account === "unreadable" || account === "unknown") return undefined;
  return `Codex offers the image tool only with a sign-in by ChatGPT, and ${ACCOUNTS[account] ?? `this one is "${account}"`}; ${NEXT}`;
}

const NEXT = "sign in with `codex login`, or make the images in another way";

const ACCOUNTS: Readonly<Record<string, string>> = {
  apikey: "this one is by an API key",
  environment: "this one is by a key of the environment",
  none: "nobody is signed in",
};

/** What cannot be read says nothing: Codex itself will speak of it. */
function providerOf(found: Found<string | undefined>): string | undefined {
  return found.kind === "read" ? found.value : undefined;
}

function takeProvider(toml: string) {
  const { profile, profiles = {}, model_provider } = parseShape(parse(withoutMark(toml)), Config);
  const own = profile === undefined ? undefined : profiles[profile]?.model_provider;
  return { kind: "read", value: own ?? model_provider, dropped: [] } as const;
}
