import type { ChildEnvironment } from "#base/environment.ts";
import type { CodexInstallation } from "#codex/installation.ts";
import type { ConfiguredServer } from "./configured-servers.ts";

/** What Codex is let use beside reading and patching files. */
export type ExecTools = {
  readonly commands: boolean;
  readonly web: boolean;
  readonly image: boolean;
  /** Servers of MCP by name: they run outside of any sandbox. */
  readonly servers: readonly string[];
  /** What would run of its own accord: everything that is configured and not among `servers` is kept off. */
  readonly configured: readonly ConfiguredServer[];
};

/** One task for one process of Codex. */
export type ExecRequest = {
  readonly installation: CodexInstallation;
  /** The whole environment, see `serverEnvironment`; the guard in it gets the run's mark for its value. */
  readonly environment: ChildEnvironment;
  /** The workspace. */
  readonly cwd: string;
  /** Goes in on standard input, word for word. */
  readonly instruction: string;
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
  readonly tools: ExecTools;
  /** What the user has configured, where nothing is said. */
  readonly model: string | undefined;
  readonly effort: string | undefined;
  /** Absolute. */
  readonly images: readonly string[];
  /** A file with the JSON schema that the answer is to have. */
  readonly schemaFile: string | undefined;
  /** No rollout is kept. */
  readonly ephemeral: boolean;
  /** Where its commands put what is temporary: the only place beside the workspace that they may write to. */
  readonly temporary: string | undefined;
  /** What its sandbox may make and leave should it be killed with us: removed where it is empty then. */
  readonly mountPoints: readonly string[];
  /** By what the run's processes are known, see `endMarked`. */
  readonly mark: string;
  /** All that the run may take. */
  readonly seconds: number;
};
