/** The variables of a process, as `process.env` gives them: a name may be absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The whole environment of a process that we start. */
export type ChildEnvironment = Readonly<Record<string, string>>;
