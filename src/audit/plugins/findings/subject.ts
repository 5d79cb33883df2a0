/** Which installation a finding is about. */
export type Subject = {
  readonly plugin: string;
  readonly host: "claude" | "codex";
  /** Of the record: it decides which command mends it, and where that is run. Null where none is concerned. */
  readonly scope: string | null;
  readonly projectPath: string | null;
  /** Whether it bears on sessions in the folder that was asked in: it is not off, and its record counts there. */
  readonly counts: boolean;
};
