/** What a session that is started now, in the folder that was asked in, would load of a plugin. */
export type NextLoad =
  | {
      readonly kind: "loads";
      readonly path: string;
      readonly version: string | null;
      readonly why: "record" | "directory-source" | "plugin-dir" | "environment" | "seed" | "skills-dir";
      /** The record that decides, by its place in the host's list. */
      readonly record: number | null;
      /** Its hooks are off by settings, or cannot be read. */
      readonly hooks: "run" | "off" | "broken";
    }
  | {
      readonly kind: "does-not-load";
      readonly why:
        | "not-enabled"
        | "disabled"
        | "no-record"
        | "no-record-applies"
        | "records-unreadable"
        | "marketplaces-unreadable"
        | "marketplace-unknown"
        | "marketplace-missing"
        | "marketplace-unreadable"
        | "not-offered"
        | "folder-missing"
        | "manifest-broken";
    }
  | { readonly kind: "unknown"; readonly why: string };
