import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecPlace } from "#test/exec-world.ts";
import { refuse, usageLimit } from "#test/reviewer-action.ts";
import { writeScriptedCodex } from "#test/scripted-codex.ts";
import type { ExecCase } from "./exec-case.ts";

/** When the limit of these cases is reset, in epoch seconds. */
const RESET = Math.floor(Date.now() / 1_000) + 7_200;

/** What a provider answers, and what Codex makes of it. */
export const PROVIDER_CASES: readonly ExecCase[] = [
  provider("a used up plan", "usage_limit", () => usageLimit(RESET)),
  provider("an hour of Retry-After", "rate_limit", () =>
    refuse(429, { message: "slow down" }, { "retry-after": "3600" }),
  ),
  provider("a bad key", "not_signed_in", () => refuse(401, { message: "bad key" })),
  provider("a model that is not there", "model_not_found", () =>
    refuse(404, { code: "model_not_found", message: "The model x does not exist" }),
  ),
  provider("a full context", "context_too_large", () =>
    refuse(400, { code: "context_length_exceeded", message: "too long" }),
  ),
  provider("an overloaded provider", "provider_overloaded", () =>
    refuse(503, { code: "server_is_overloaded", message: "over" }),
  ),
  provider("a refused request", "turn_failed", () => refuse(400, { message: "not like this" })),
  provider("a cut stream", "turn_failed", () => ({ kind: "cut", text: "half an ans" })),
  { name: "silence", kind: "timeout", words: ["--timeout", "4"], script: () => ({ kind: "silent" }) },
  {
    name: "a provider that is not there",
    kind: "provider_unreachable",
    words: ["--timeout", "20"],
    env: ({ workspace }) => otherHome(workspace),
  },
  {
    name: "no login for Codex's own provider",
    kind: "not_signed_in",
    says: /no login is stored in .*home/,
    words: [],
    env: ({ workspace }) => homeOf(workspace, ""),
    exit: 2,
    unbegun: true,
  },
];

/** Each of them ends the run by itself: the bound is for a machine under load. */
function provider(name: string, kind: ExecCase["kind"], script: NonNullable<ExecCase["script"]>): ExecCase {
  return { name, kind, words: ["--timeout", "90"], script };
}

const THREAD = 'say({ type: "thread.started", thread_id: "01a20105-e1e1-7fd3-8a7b-da62b82a5d33" });';

const COULD_NOT: readonly ExecCase["kind"][] = ["spawn_failed", "codex_unusable"];

/** What is wrong with Codex itself. The same whichever version it would be. */
export const INSTALLATION_CASES: readonly ExecCase[] = [
  unstarted("no Codex", "codex_not_installed", () => join("/", "nowhere", "codex")),
  unstarted("a program that is no Codex", "codex_unusable", () => "/bin/false"),
  unstarted("an old Codex", "codex_too_old", (place) => shellCodex(place, "echo codex-cli 0.100.0")),
  begun("a Codex that goes away", "spawn_failed", (place) =>
    shellCodex(place, '[ "$1" = --version ] && echo codex-cli 0.169.0 || { rm "$0"; echo "[]"; }'),
  ),
  begun("a Codex that refuses its words", "codex_unusable", (place) =>
    scripted(place, 'console.error("error: unexpected argument"); process.exitCode = 2;'),
  ),
  begun("a Codex that tells no end", "turn_incomplete", (place) => scripted(place, THREAD)),
  begun("a Codex that is killed", "killed", (place) =>
    scripted(place, `${THREAD} setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);`),
  ),
  begun("a sandbox that cannot start", "sandbox_unusable", (place) =>
    scripted(
      place,
      `${THREAD} say({ type: "item.completed", item: { id: "item_0", type: "command_execution", command: "ls", aggregated_output: "bwrap: Creating new namespace failed: Operation not permitted\\n", exit_code: 1, status: "failed" } }); say({ type: "turn.completed", usage: null });`,
    ),
  ),
];

type Codex = (place: ExecPlace) => string;

function unstarted(name: string, kind: ExecCase["kind"], codex: Codex): ExecCase {
  return { ...begun(name, kind, codex), exit: 2, unbegun: true };
}

function begun(name: string, kind: ExecCase["kind"], codex: Codex): ExecCase {
  const exit = COULD_NOT.includes(kind) ? ({ exit: 2 } as const) : {};
  return {
    name,
    kind,
    words: [],
    only: "0.169",
    env: (place) => ({ COUNTERSIGN_CODEX: codex(place) }),
    ...exit,
  };
}

function scripted(place: ExecPlace, body: string): string {
  const path = join(place.workspace, "..", "bin", "codex");
  writeScriptedCodex(path, body);
  return path;
}

function shellCodex(place: ExecPlace, script: string): string {
  const folder = join(place.workspace, "..", "bin");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "codex");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A home whose provider listens nowhere: port 9 of the loopback is nobody's here. */
function otherHome(workspace: string): Readonly<Record<string, string>> {
  const provider = `[model_providers.gone]\nname = "gone"\nbase_url = "http://127.0.0.1:9/v1"\nwire_api = "responses"\nrequires_openai_auth = false\nsupports_websockets = false\nstream_max_retries = 1\nrequest_max_retries = 1\n`;
  return homeOf(workspace, `model = "gpt-5.5"\nmodel_provider = "gone"\n\n${provider}`);
}

/** A home of its own, with these keys and tables. */
function homeOf(workspace: string, configuration: string): Readonly<Record<string, string>> {
  const home = join(workspace, "..", "home", ".codex");
  mkdirSync(home, { recursive: true });
  const off = "[analytics]\nenabled = false\n[feedback]\nenabled = false\n[features]\nplugins = false\n";
  const keys = "check_for_update_on_startup = false\n";
  writeFileSync(join(home, "config.toml"), `${keys}${configuration}\n${off}`);
  return { CODEX_HOME: home };
}
