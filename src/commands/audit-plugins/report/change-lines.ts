import type { AuditChange } from "#audit/plugins/kept-audit.ts";
import type { PluginState } from "#audit/plugins/plugin-state.ts";
import { shortCommit, shortVersion } from "./short-texts.ts";

/** Returns a change of a plugin in words, on one line. */
export function changeLine(change: AuditChange): string {
  const { host, id } = change;
  const who = id === null ? "outside of plugins" : host === "codex" ? `${id} (codex)` : id;
  return `${who}: ${whatChanged(change)}`;
}

function whatChanged(change: AuditChange): string {
  switch (change.kind) {
    case "appeared":
      return `new, ${contentText(change.now)}`;
    case "disappeared":
      return `gone; it was ${contentText(change.before)}`;
    case "source-changed":
      return `it comes from ${sourceText(change.now)}, and came from ${sourceText(change.before)}`;
    case "content-changed":
      return `other files: ${contentText(change.before)} became ${contentText(change.now)}`;
    case "not-comparable":
      return `its files could not be read ${change.now.tree === null ? "now" : "then"}, so whether they changed is not known`;
    case "load-changed":
      return change.loads ? "a new session loads it now" : "a new session does not load it any more";
    case "consistency-changed":
      return `${words(change.before)} became ${words(change.now)}`;
    case "findings-changed":
      return [
        ...change.appeared.map((kind) => `new finding ${kind}`),
        ...change.gone.map((kind) => `no more ${kind}`),
      ].join(", ");
  }
}

function contentText({ version, commit, tree }: PluginState): string {
  const said = version === null ? "no version" : shortVersion(version);
  const proved = commit === null ? "" : ` at commit ${shortCommit(commit)}`;
  return `${said}${proved} (tree ${shortCommit(tree)})`;
}

function sourceText({ source: { marketplace, kind, from, ref, path } }: PluginState): string {
  const at = [from ?? kind, ref === null ? null : `ref ${ref}`, path === null || path === "" ? null : path];
  return [marketplace ?? "no marketplace", `(${at.filter((part) => part !== null).join(", ")})`].join(" ");
}

function words(kind: string): string {
  return kind.replaceAll("-", " ");
}
