import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { type ClaudeHome, makeClaudeHome, trustFolder } from "../claude-home.ts";
import { CLAUDE, type ClaudeOptions, claudeEnvironment } from "../claude-process.ts";
import { inOrder, type MessagesApi, startMessagesApi } from "../messages-api.ts";
import { endAll } from "../processes-of.ts";
import { makeUpstream, type Upstream } from "./make-upstream.ts";
import type { Files, RepositorySpec } from "./repository-spec.ts";
import { writeFiles } from "./write-files.ts";

/** What one run of the command line printed. */
export type ClaudeStep = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

export type StepOptions = {
  /** The folder it is started in; a project without anything by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * The real Claude Code with a home of its own, a model that only says `Done.`, and hosts of git
 * repositories that are folders: `https://github.com/` and `https://git.example.invalid/` lead to them.
 */
export type PluginWorld = {
  readonly home: ClaudeHome;
  readonly messages: MessagesApi;
  /** For CLAUDE_CONFIG_DIR. */
  readonly configDirectory: string;
  /** `<configDirectory>/plugins` */
  readonly pluginsDirectory: string;
  /** The folder that commands and sessions start in by default: trusted, not a repository, without settings. */
  readonly project: string;
  /** What starts Claude Code here, for the support that is there for all worlds. */
  readonly options: (asked?: StepOptions) => ClaudeOptions;
  /** Another folder to start in, trusted, with these files: `.claude/settings.json` and the like. */
  readonly makeProject: (name: string, files?: Files) => string;
  /**
   * Puts a repository on the hosts. With a label it stands at that commit of its history; `publish` moves it
   * on (or back, as a forced push does).
   */
  readonly host: (spec: RepositorySpec, label?: string) => Upstream;
  readonly publish: (repository: Upstream, label: string) => void;
  /** Runs `claude` with these words, with no terminal. Never rejects because of its exit code. */
  readonly run: (words: readonly string[], options?: StepOptions) => Promise<ClaudeStep>;
  /** Ends whatever still runs in it, and removes it. */
  readonly close: () => Promise<void>;
};

/** Makes the world. No marketplace is known in it yet. */
export async function makePluginWorld(env: Readonly<Record<string, string>> = {}): Promise<PluginWorld> {
  const home = makeClaudeHome();
  const messages = await startMessagesApi(inOrder());
  const remotes = join(home.root, "remotes");
  writeFileSync(join(home.home, ".gitconfig"), gitConfig(remotes));
  const makeProject = (name: string, files: Files = {}): string => {
    const path = join(home.root, "projects", name);
    mkdirSync(path, { recursive: true });
    writeFiles(path, Object.entries(files));
    trustFolder(home, path);
    return path;
  };
  const project = makeProject("plain");
  const options = (asked: StepOptions = {}): ClaudeOptions => ({
    cwd: asked.cwd ?? project,
    home,
    api: messages,
    env: { GIT_CONFIG_NOSYSTEM: "1", ...env, ...asked.env },
  });
  return {
    home,
    messages,
    configDirectory: home.configDirectory,
    pluginsDirectory: join(home.configDirectory, "plugins"),
    project,
    options,
    makeProject,
    host: (spec, label) => {
      const upstream = makeUpstream(remotes, spec);
      if (label !== undefined) publish(upstream, label);
      return upstream;
    },
    publish,
    run: (words, asked) => runStep(options(asked), words),
    close: async () => {
      await endAll(home.root);
      await messages.close();
      home.remove();
    },
  };
}

function publish(repository: Upstream, label: string): void {
  repository.git("update-ref", "refs/heads/main", repository.commit(label));
}

async function runStep(options: ClaudeOptions, words: readonly string[]): Promise<ClaudeStep> {
  const { stdout, stderr, exitCode } = await execa(CLAUDE, words, {
    cwd: options.cwd,
    env: claudeEnvironment(options),
    extendEnv: false,
    stdin: "ignore",
    reject: false,
  });
  return { stdout, stderr, exitCode: exitCode ?? -1 };
}

/** Claude Code clones with the person's git, so the person's git settings lead it to folders. */
function gitConfig(remotes: string): string {
  return [
    `[url "file://${remotes}/"]`,
    "\tinsteadOf = https://github.com/",
    "\tinsteadOf = git@github.com:",
    "\tinsteadOf = https://git.example.invalid/",
    '[protocol "file"]',
    "\tallow = always",
    "[user]",
    "\tname = Lab",
    "\temail = lab@example.invalid",
    "",
  ].join("\n");
}
