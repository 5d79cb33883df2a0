import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { ChildEnvironment } from "#base/environment.ts";
import { makeScratchFolder } from "#base/scratch-folder.ts";

/** A world of its own for one demonstration: nothing of the user's is read or written. */
export type Scratch = {
  readonly root: string;
  readonly repository: string;
  /** The whole environment of every process of the demonstration. */
  readonly environment: ChildEnvironment;
  write(path: string, text: string): void;
  git(...words: readonly string[]): Promise<string>;
  remove(): void;
};

/** Makes a repository with one commit, and a home, a CODEX_HOME and a state root beside it. */
export async function makeScratch(codex: string, codexConfig: string): Promise<Scratch> {
  const root = makeScratchFolder("demo");
  const repository = join(root, "bank");
  const environment = environmentIn(root, codex);
  const write = (path: string, text: string): void => {
    const file = join(repository, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  };
  const git = async (...words: readonly string[]): Promise<string> => {
    const identity = ["-c", "user.name=Demo", "-c", "user.email=demo@localhost"];
    const { stdout } = await execa("git", [...identity, ...words], {
      cwd: repository,
      env: environment,
      extendEnv: false,
    });
    return stdout;
  };
  mkdirSync(join(root, "home", ".codex"), { recursive: true });
  writeFileSync(join(root, "home", ".codex", "config.toml"), codexConfig);
  write("src/transfer.js", GUARDED);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=Transfer money");
  return {
    root,
    repository,
    environment,
    write,
    git,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function environmentIn(root: string, codex: string): ChildEnvironment {
  const home = join(root, "home");
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    CODEX_HOME: join(home, ".codex"),
    COUNTERSIGN_HOME: join(root, "state"),
    COUNTERSIGN_CODEX: codex,
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    LANG: "C.UTF-8",
  };
}

/** What the repository holds before the agent comes. */
const GUARDED = `export function transfer(from, to, amount) {
  if (amount <= 0) {
    throw new RangeError("the amount must be positive");
  }
  if (from.balance < amount) {
    throw new RangeError("insufficient funds");
  }
  from.balance -= amount;
  to.balance += amount;
}
`;

/** What the agent makes of it: a new fee, and one guard lost on the way. */
export const BROKEN = `const FEE = 1;

export function transfer(from, to, amount) {
  if (from.balance < amount + FEE) {
    throw new RangeError("insufficient funds");
  }
  from.balance -= amount + FEE;
  to.balance += amount;
}
`;

/** The agent's second try. */
export const MENDED = `const FEE = 1;

export function transfer(from, to, amount) {
  if (amount <= 0) {
    throw new RangeError("the amount must be positive");
  }
  if (from.balance < amount + FEE) {
    throw new RangeError("insufficient funds");
  }
  from.balance -= amount + FEE;
  to.balance += amount;
}
`;
