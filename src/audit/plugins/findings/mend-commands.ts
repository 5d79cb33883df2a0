import type { Subject } from "./subject.ts";

/**
 * Returns the command that renews a plugin. Claude Code's does nothing where the version is the same; that
 * of Codex copies anew in any case (0.169), where its `marketplace upgrade` refuses folders and leaves a
 * copy alone once the clone is up to date.
 */
export function updateCommand(subject: Subject): string {
  if (subject.host === "codex") return installCommand(subject);
  return inProject(subject, `claude plugin update ${quoted(subject.plugin)}${scopeOption(subject)}`);
}

/** Returns the command that copies a plugin anew, also where its version is the same. */
export function reinstallCommand(subject: Subject): string {
  const plugin = quoted(subject.plugin);
  if (subject.host === "codex") return installCommand(subject);
  const scope = scopeOption(subject);
  const uninstall = `claude plugin uninstall ${plugin}${scope} --keep-data`;
  return inProject(subject, `${uninstall} && claude plugin install ${plugin}${scope}`);
}

/** Returns the command that installs a plugin in the scope where it is wanted. */
export function installCommand(subject: Subject): string {
  const plugin = quoted(subject.plugin);
  if (subject.host === "codex") return `codex plugin add ${plugin}`;
  return inProject(subject, `claude plugin install ${plugin}${scopeOption(subject)}`);
}

/** Returns the command that removes an installation. */
export function uninstallCommand(subject: Subject): string {
  const plugin = quoted(subject.plugin);
  if (subject.host === "codex") return `codex plugin remove ${plugin}`;
  return inProject(subject, `claude plugin uninstall ${plugin}${scopeOption(subject)} --keep-data`);
}

/** Returns the command that fetches a marketplace anew. */
export function marketplaceCommand(host: Subject["host"], marketplace: string): string {
  const word = host === "codex" ? "codex plugin marketplace upgrade" : "claude plugin marketplace update";
  return `${word} ${quoted(marketplace)}`;
}

/** Returns a word for a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function scopeOption({ scope }: Subject): string {
  return scope === null ? "" : ` --scope ${quoted(scope)}`;
}

/** The host looks for records of a project where it is run. */
function inProject({ projectPath }: Subject, command: string): string {
  return projectPath === null ? command : `cd ${quoted(projectPath)} && ${command}`;
}
