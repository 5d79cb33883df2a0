/** One record of `installed_plugins.json`: what the host says that it installed. The fields are claims. */
export type InstallRecord = {
  /** `name@marketplace`. */
  readonly plugin: string;
  /** Its place among the records of its plugin: the first one that applies is the one that is loaded. */
  readonly index: number;
  readonly scope: string;
  readonly projectPath: string | null;
  readonly installPath: string;
  readonly version: string | null;
  readonly installedAt: string | null;
  readonly lastUpdated: string | null;
  readonly gitCommitSha: string | null;
};
