import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import type { AppServer } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { serverEnvironment } from "#codex/environment.ts";
import {
  closeReviewThread,
  openReviewThread,
  type ReviewThread,
  type ReviewThreadOptions,
} from "#codex/review/review-thread.ts";
import { type CodexHome, type CodexHomeOptions, makeCodexHome, nativeCodex } from "./codex-home.ts";
import { endAll } from "./processes-of.ts";
import { type ResponsesApi, type Script, startResponsesApi } from "./responses-api.ts";
import { say } from "./reviewer-action.ts";

/** A home, a repository and a scripted model for one test; all of it goes when the test is over. */
export type ReviewPlace = {
  readonly api: ResponsesApi;
  readonly home: CodexHome;
  /** An empty git repository. */
  readonly root: string;
  /** Writes a file, with its folders; `mode` as for chmod. */
  write(path: string, text: string, mode?: number): string;
};

export async function reviewPlace(
  script: Script = () => say("done"),
  options: Partial<CodexHomeOptions> = {},
): Promise<ReviewPlace> {
  const api = await startResponsesApi(script);
  const home = makeCodexHome({ url: api.url, ...options });
  onTestFinished(async () => {
    await api.close();
    await endAll(home.root);
    home.remove();
  });
  const root = join(home.root, "repository");
  mkdirSync(root);
  await execa("git", ["init", "--quiet", "--initial-branch=main", root], { env: home.env, extendEnv: false });
  return { api, home, root, write: writeFile };
}

/** Opens a private server of the real Codex. `before` are shell words that run before the binary. */
export async function openReviewServer(place: ReviewPlace, before = "exec"): Promise<AppServer> {
  const { home } = place;
  const script = `#!/bin/sh\n${before} ${quoted(nativeCodex())} "$@"\n`;
  const launcher = writeFile(join(home.root, "codex"), script, 0o755);
  const server = await openAppServer(
    {
      installation: { path: launcher, launchedFrom: launcher, version: "0.169.0" },
      environment: serverEnvironment(home.env, home.codexHome),
      codexHome: home.codexHome,
      serversDirectory: join(home.root, "servers"),
      leasesDirectory: join(home.root, "leases"),
      keeperScript: "/nonexistent",
      idleSeconds: 60,
      shared: false,
      clientVersion: "0.0.0",
    },
    timeLimit(),
  );
  onTestFinished(() => server.close());
  return server;
}

/** Opens a review thread with instructions that a test can recognise. */
export function openThread(
  server: AppServer,
  place: ReviewPlace,
  changes: Partial<ReviewThreadOptions> = {},
): Promise<ReviewThread> {
  const options = {
    root: place.root,
    model: "gpt-5.5",
    effort: "low",
    baseInstructions: "OUR BASE INSTRUCTIONS",
    developerInstructions: "OUR DEVELOPER INSTRUCTIONS",
    deniedReads: [],
    ...changes,
  };
  return openReviewThread(server, options, timeLimit());
}

export function closeThread(server: AppServer, thread: ReviewThread, keep = false): Promise<void> {
  return closeReviewThread(server, thread, { keep }, timeLimit());
}

/** What no step of a test on a loaded machine should need. */
export function timeLimit(): AbortSignal {
  return AbortSignal.timeout(180_000);
}

function writeFile(path: string, text: string, mode = 0o644): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
