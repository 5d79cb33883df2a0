import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CodexHome, makeCodexHome, nativeCodex } from "#test/codex-home.ts";
import { endAll, type FoundProcess, processesOf } from "#test/processes-of.ts";
import { type ResponsesApi, type Script, startResponsesApi } from "#test/responses-api.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

/** The process of a host, as far as a hook sees of it. */
export type PlayedHost = { readonly pid: number; kill(signal: NodeJS.Signals): void };

/** A repository, a Codex home, a state root and a folder for temporary files, for one scenario alone. */
export type ChaosWorld = {
  readonly repository: ScratchRepository;
  readonly api: ResponsesApi;
  readonly codex: CodexHome;
  readonly state: string;
  readonly temporary: string;
  readonly userConfig: string;
  /** The whole environment of a hook, but for its host. */
  readonly env: Readonly<Record<string, string>>;
  host(): PlayedHost;
  /** Whatever runs and has to do with the world. */
  left(): readonly FoundProcess[];
  /** Ends by force what still runs, and removes everything. */
  close(): Promise<void>;
};

export type WorldOptions = {
  readonly script: Script;
  readonly retries: number;
  /** Puts the state root on a small disk of its own, where this machine lets us. */
  readonly smallDisk: boolean;
};

const SMALL_DISK = "size=12m,mode=0700";

/** Makes the world of one scenario, with one commit in the repository. */
export async function makeChaosWorld({ script, retries, smallDisk }: WorldOptions): Promise<ChaosWorld> {
  const api = await startResponsesApi(script);
  const codex = makeCodexHome({ url: api.url, requestRetries: retries, streamRetries: retries });
  const repository = makeRepository();
  const base = dirname(repository.root);
  const [state, temporary, config] = ["state", "tmp", "config"].map((name) => join(repository.beside, name));
  if (state === undefined || temporary === undefined || config === undefined) throw new Error("no folders");
  for (const folder of [state, temporary, join(config, "countersign")])
    mkdirSync(folder, { recursive: true });
  const mounted =
    smallDisk && spawnSync("mount", ["-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", state]).status === 0;
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  const hosts: PlayedHost[] = [];
  return {
    repository,
    api,
    codex,
    state,
    temporary,
    userConfig: join(config, "countersign", "config.json"),
    env: {
      ...codex.env,
      TMPDIR: temporary,
      XDG_CONFIG_HOME: config,
      COUNTERSIGN_HOME: state,
      COUNTERSIGN_CODEX: nativeCodex(),
      COUNTERSIGN_IDLE_SECONDS: "1",
      CLAUDE_CODE_SESSION_ATTENDED: "1",
    },
    host: () => {
      const host = playedHost();
      hosts.push(host);
      return host;
    },
    left: () => processesOf(base, codex.root),
    close: async () => {
      for (const host of hosts) host.kill("SIGKILL");
      await endAll(base, codex.root);
      await api.close();
      if (mounted) spawnSync("umount", ["-l", state]);
      codex.remove();
      repository.remove();
    },
  };
}

/** Fills the disk of the state root to its last byte; returns false where it has no disk of its own. */
export function fillDisk({ state }: Pick<ChaosWorld, "state">): boolean {
  if (spawnSync("mountpoint", ["-q", state]).status !== 0) return false;
  spawnSync("dd", ["if=/dev/zero", `of=${fillerOf(state)}`, "bs=4k"], { stdio: "ignore" });
  return true;
}

/** Makes room again. */
export function emptyDisk({ state }: Pick<ChaosWorld, "state">): void {
  rmSync(fillerOf(state), { force: true });
}

/** What a scenario puts into the user's configuration. */
export function writeUserConfig({ userConfig }: Pick<ChaosWorld, "userConfig">, text: string): void {
  writeFileSync(userConfig, text);
}

function fillerOf(state: string): string {
  return join(state, "filler");
}

/** Its environment names nothing of the world, so that it is no process of ours. */
function playedHost(): PlayedHost {
  const child = spawn("sleep", ["1000"], {
    stdio: "ignore",
    env: { PATH: process.env["PATH"] ?? "" },
    cwd: "/",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("no host could be started");
  return {
    pid,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
