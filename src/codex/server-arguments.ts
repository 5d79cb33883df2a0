import { type CodexInstallation, isOlder } from "./installation.ts";
import { profileArguments } from "./permission-profile.ts";

/**
 * The oldest version in which a reviewer was seen to be kept from the secrets. An older server is
 * not told of the profile, so that its reviews have no shell.
 */
const OLDEST_WITH_PROFILE = "0.169.0";

/** Returns the arguments before `app-server` with which a server of this installation is started. */
export function serverArguments(installation: CodexInstallation, codexHome: string): readonly string[] {
  return isOlder(installation.version, OLDEST_WITH_PROFILE) ? [] : profileArguments(codexHome);
}
