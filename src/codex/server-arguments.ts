import { type CodexInstallation, isOlder } from "./installation.ts";
import { profileArguments } from "./permission-profile.ts";

/**
 * The oldest version in which a reviewer was seen to be kept from the secrets. An older server is
 * not told of the profile, so that its reviews have no shell.
 */
const OLDEST_WITH_PROFILE = "0.169.0";

/**
 * A server fetches every marketplace of the user and copies their plugins anew as soon as it starts, and
 * asks github.com for OpenAI's own (0.169), whatever a thread's configuration says later. Nobody asked for that here.
 */
const WITHOUT_PLUGINS = ["-c", "features.plugins=false"];

/** Returns the arguments before `app-server` with which a server of this installation is started. */
export function serverArguments(installation: CodexInstallation, codexHome: string): readonly string[] {
  const profile = isOlder(installation.version, OLDEST_WITH_PROFILE) ? [] : profileArguments(codexHome);
  return [...WITHOUT_PLUGINS, ...profile];
}
