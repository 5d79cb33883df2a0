import type { GitPlace } from "#git/git-place.ts";

/**
 * How git goes to the network: as the user's own git does (the account's configuration says through which
 * address and with which credentials), but it asks nobody anything, and by no protocol of other programs
 * (git(1), GIT_ALLOW_PROTOCOL; git-config(1), `protocol.allow`).
 */
export function remotePlace(directory: string, environment: GitPlace["environment"]): GitPlace {
  return {
    directory,
    environment: {
      ...environment,
      GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
      GIT_ASKPASS: "",
      SSH_ASKPASS_REQUIRE: "never",
    },
    settings: ["core.fsmonitor=false", "core.askPass=", "credential.interactive=false"],
  };
}

/** Returns what git says went wrong, without what an address may hold besides the place. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@']*@/gi, "$1");
}
