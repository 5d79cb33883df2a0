import { clip, oneLine } from "#base/text.ts";
import type { Config } from "#gate/config.ts";

/** What is wrong with a configuration, as plain data. `source` is a path or a variable's name. */
export type ConfigWarning =
  | { readonly kind: "unreadable"; readonly source: string; readonly detail: string }
  | {
      readonly kind: "unknown-key";
      readonly source: string;
      readonly key: string;
      readonly nearest: string | undefined;
    }
  | { readonly kind: "wrong-value"; readonly source: string; readonly key: string; readonly detail: string }
  | { readonly kind: "weaker-ignored"; readonly source: string; readonly key: keyof Config }
  | { readonly kind: "users-alone-ignored"; readonly source: string; readonly key: keyof Config }
  | { readonly kind: "environment-weakens"; readonly source: string; readonly key: keyof Config };

/** Returns a warning as one line, for a person. */
export function warningText(warning: ConfigWarning): string {
  const { source } = warning;
  switch (warning.kind) {
    case "unreadable":
      return `${source} cannot be read as configuration (${warning.detail}), so it counts for nothing: mend or remove it.`;
    case "unknown-key":
      return `${source} names "${shown(warning.key)}", which is no key${warning.nearest === undefined ? "" : `; did you mean "${warning.nearest}"?`}`;
    case "wrong-value":
      return `${source}: the value of "${shown(warning.key)}" is not used, ${warning.detail}.`;
    case "weaker-ignored":
      return `${source}: "${warning.key}" would make the gate weaker, which a project may not; it is ignored.`;
    case "users-alone-ignored":
      return `${source}: "${warning.key}" is for the user's own configuration; it is ignored.`;
    case "environment-weakens":
      return `${source} makes "${warning.key}" weaker than the configuration files say.`;
  }
}

/** A key that nobody knows is any text, of any length. */
function shown(key: string): string {
  return clip(oneLine(key), 80);
}
