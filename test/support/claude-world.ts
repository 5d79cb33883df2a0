import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { type ClaudeHome, makeClaudeHome, trustFolder } from "./claude-home.ts";
import { CLAUDE, type ClaudeOptions, claudeEnvironment } from "./claude-process.ts";
import { type CodexHome, makeCodexHome, nativeCodex } from "./codex-home.ts";
import { endKeepers } from "./end-keepers.ts";
import { eventuallyAsync } from "./eventually.ts";
import { inOrder, type MessagesApi, startMessagesApi } from "./messages-api.ts";
import { type FoundProcess, killNow, processesOf } from "./processes-of.ts";
import { outcomeText, receiptsIn } from "./recorded-outcomes.ts";
import { type ResponsesApi, startResponsesApi } from "./responses-api.ts";
import { reviewAnswer } from "./reviewer-action.ts";
import { COUNTERSIGN, type CommandRun, runCountersign } from "./run-countersign.ts";
import { makeRepository, type ScratchRepository } from "./scratch-repository.ts";
import { openScreen, type Screen } from "./tmux-screen.ts";

/** Real Claude Code, real Codex, the built command line and its hooks; both models are played. */
export type ClaudeWorld = {
  readonly repository: ScratchRepository;
  readonly claude: ClaudeHome;
  readonly codex: CodexHome;
  /** Plays the agent. */
  readonly messages: MessagesApi;
  /** Plays the reviewer, who finds nothing unless told otherwise. */
  readonly reviews: ResponsesApi;
  readonly state: string;
  /** What starts a session in the repository. */
  readonly options: ClaudeOptions;
  /** Runs the built command line as a person does in a terminal of their own. */
  countersign(words: readonly string[]): Promise<CommandRun>;
  /** A repository of its own with one commit, trusted by Claude Code. Goes away with the world. */
  anotherRepository(): ScratchRepository;
  /** Claude Code in a terminal in the repository, once it takes input. */
  openTerminal(): Promise<Screen>;
  /** The receipts so far, the oldest first; of one session, where one is named. */
  receipts(session?: string): readonly Receipt[];
  /** Their outcomes: `skipped(unchanged)`. */
  outcomes(session?: string): readonly string[];
  /** Resolves once no process is left that has to do with any of its folders; rejects with their names. */
  untilNothingRuns(): Promise<void>;
  close(): Promise<void>;
};

/** Makes the world. Nothing is set up in it yet: that is `countersign(["setup"])`. */
export async function makeClaudeWorld(env: Readonly<Record<string, string>> = {}): Promise<ClaudeWorld> {
  const messages = await startMessagesApi(inOrder());
  const reviews = await startResponsesApi((request) => reviewAnswer(request));
  const repository = committedRepository();
  const claude = makeClaudeHome([repository.root]);
  const codex = makeCodexHome({ url: reviews.url });
  const state = join(claude.root, "state");
  const more: ScratchRepository[] = [];
  const screens: Screen[] = [];
  const environment = {
    PATH: `${commandFolder(claude)}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
    CODEX_HOME: codex.codexHome,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: nativeCodex(),
    LANG: "C.UTF-8",
    ...env,
  };
  const options = { cwd: repository.root, home: claude, api: messages, env: environment };
  const receipts = (session?: string): readonly Receipt[] =>
    receiptsIn(state).filter((receipt) => session === undefined || receipt.session === session);
  const left = (): readonly FoundProcess[] =>
    processesOf(claude.root, codex.root, ...[repository, ...more].map(({ beside }) => dirname(beside)));
  const untilNothingRuns = (): Promise<void> =>
    eventuallyAsync(
      async () => left().length === 0,
      () => `no process is left, but: ${JSON.stringify(left(), null, 1)}`,
    );
  return {
    repository,
    claude,
    codex,
    messages,
    reviews,
    state,
    options,
    countersign: (words) => runCountersign(words, claudeEnvironment(options), repository.root),
    anotherRepository: () => {
      const made = committedRepository();
      more.push(made);
      trustFolder(claude, made.root);
      return made;
    },
    openTerminal: async () => {
      const screen = await openClaude(options);
      screens.push(screen);
      return screen;
    },
    receipts,
    outcomes: (session) => receipts(session).map(({ outcome }) => outcomeText(outcome)),
    untilNothingRuns,
    close: async () => {
      try {
        for (const screen of screens) await screen.close();
        await endKeepers(state);
        await untilNothingRuns();
      } finally {
        await endAll(left);
        await Promise.all([messages.close(), reviews.close()]);
        for (const made of [claude, codex, repository, ...more]) made.remove();
      }
    },
  };
}

/** What stands below the input of a session in a terminal. */
const IDLE = "bypass permissions on";

/** Gives a prompt in a terminal and resolves once the answer was seen and its stop hooks are over. */
export async function ask(screen: Screen, prompt: string, answer: string): Promise<string> {
  await screen.type(prompt);
  // What comes together with the text is taken for a part of it.
  await screen.shows(prompt.startsWith("!") ? prompt.replace("!", "! ") : `❯ ${prompt}`);
  await screen.press("Enter");
  await screen.shows(answer);
  return await screen.settles(IDLE, "esc to interrupt");
}

function committedRepository(): ScratchRepository {
  const repository = makeRepository();
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  return repository;
}

/** A `countersign` on the PATH, as an installed package puts it there. */
function commandFolder(claude: ClaudeHome): string {
  const folder = join(claude.root, "bin");
  mkdirSync(folder);
  const command = join(folder, "countersign");
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${COUNTERSIGN}' "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

async function openClaude(options: ClaudeOptions): Promise<Screen> {
  const screen = await openScreen({
    command: [CLAUDE, "--dangerously-skip-permissions"],
    cwd: options.cwd,
    env: { ...claudeEnvironment(options), SHELL: "/bin/sh" },
    folder: options.home.root,
  });
  await screen.shows("❯", IDLE);
  return screen;
}

/** For a test that failed. A keeper ends its server by itself, with its socket, once its users are gone. */
async function endAll(left: () => readonly FoundProcess[]): Promise<void> {
  killNow(left().filter(({ command }) => !/keeper\.cjs|\bapp-server\b/.test(command)));
  const gone = async (): Promise<boolean> => left().length === 0;
  await eventuallyAsync(gone, () => "all have ended", 20).catch(() => killNow(left()));
}
