import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod/mini";
import { readIfPresent } from "#base/files.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { pidsOf } from "#test/shared-server.ts";
import { fillDisk, writeUserConfig } from "./chaos-world.ts";
import { type HookCall, send } from "./hook-call.ts";
import type { RepositoryAct, SessionAct, Strike, Target } from "./scenario.ts";
import { callHook, END_FIELDS, type Player, type Stage, startFields, stopFields } from "./stage.ts";
import { damage, pathsOf } from "./state-files.ts";

/** Strikes at this hook's session; returns whether there was anything to hit. */
export async function strikeAt(stage: Stage, call: HookCall, strike: Strike): Promise<boolean> {
  const player = stage.players[call.session];
  if (player === undefined) throw new Error(`no session ${call.session}`);
  switch (strike.kind) {
    case "kill":
      return kill({ stage, player, call }, strike.target, strike.signal);
    case "pause":
      return await pause({ stage, player, call }, strike.target, strike.ms);
    case "state":
      return damage(stage, player, strike.file, strike.damage);
    case "disk-full":
      stage.harm.disk = fillDisk(stage.world);
      return stage.harm.disk;
    case "repository":
      return repositoryAct(stage, player, strike.act);
    case "config":
      stage.harm.config = true;
      writeUserConfig(stage.world, CONFIGS[strike.act]);
      return true;
    case "session":
      return sessionAct({ stage, player, call }, strike.act);
    case "provider":
    case "file-limit":
      return true;
  }
}

const CONFIGS = { off: '{"gate":"off"}', garbage: "{ gate:", other: '{"maxRounds":1}' };

type Aim = { readonly stage: Stage; readonly player: Player; readonly call: HookCall };

function kill(aim: Aim, target: Target, signal: "SIGKILL" | "SIGTERM"): boolean {
  if (target === "host") {
    aim.player.hostLives = false;
    aim.player.host.kill(signal);
    return true;
  }
  return signalAll(aim, target, signal);
}

/** What is paused goes on again in any case. */
async function pause(aim: Aim, target: Target, ms: number): Promise<boolean> {
  if (target === "host") aim.player.host.kill("SIGSTOP");
  else if (!signalAll(aim, target, "SIGSTOP")) return false;
  await delay(ms);
  if (target === "host") aim.player.host.kill("SIGCONT");
  else signalAll(aim, target, "SIGCONT");
  return true;
}

function signalAll(
  { stage, player, call }: Aim,
  target: Exclude<Target, "host">,
  signal: NodeJS.Signals,
): boolean {
  if (target === "hook") {
    if (call.hook === "session-start") stage.harm.sessions.add(player.index);
    call.signal(signal);
    return true;
  }
  const pids = target === "command" ? pidsOf(stage.command) : serverPids({ stage, player }, target);
  return pids.map((pid) => send(pid, signal)).includes(true);
}

function serverPids(
  { stage, player }: Pick<Aim, "stage" | "player">,
  target: "server" | "keeper",
): readonly number[] {
  const paths = pathsOf(stage, player, target === "server" ? "server-record" : "keeper-lock");
  return paths.flatMap((path) => {
    try {
      const json: unknown = JSON.parse(readIfPresent(path) ?? "");
      const named =
        target === "keeper" ? z.parse(ProcessIdentity, json) : z.parse(ServerRecord, json).process;
      // What was left, or made up, may have the pid of somebody else.
      return isAlive(named) ? [named.pid] : [];
    } catch {
      return [];
    }
  });
}

function repositoryAct(stage: Stage, { root }: Player, act: RepositoryAct): boolean {
  const { work, harm, world } = stage;
  const git = (...args: readonly string[]) => work.change(() => world.repository.gitIn(root, ...args));
  const lock = join(world.repository.root, ".git", "index.lock");
  if (!existsSync(root) || (existsSync(lock) && act !== "edit" && act !== "plant")) return false;
  switch (act) {
    case "edit":
    case "plant":
      work.plant(root, act === "plant");
      return true;
    case "commit":
      work.commit(root);
      return true;
    case "amend":
      git("commit", "--quiet", "--all", "--amend", "--message", "Begin otherwise");
      return true;
    case "reset":
      git("reset", "--quiet", "--hard");
      return true;
    case "branch":
      git("checkout", "--quiet", "-B", `branch-${stage.struck.length}`);
      return true;
    case "index-lock":
      work.change(() => writeFileSync(lock, ""));
      harm.toClear.add(lock);
      return true;
    case "pipe":
      work.change(() => spawnSync("mkfifo", [join(root, "pipe")]));
      return true;
    case "nested":
      work.change(() => {
        mkdirSync(join(root, "nested"), { recursive: true });
        world.repository.gitIn(join(root, "nested"), "init", "--quiet");
      });
      return true;
    case "remove-worktree":
      if (root === world.repository.root) return false;
      work.change(() => {
        // A sandbox that is being set up in it may put a file there meanwhile.
        rmSync(root, { recursive: true, force: true, maxRetries: 10 });
        harm.removedTrees.add(root);
      });
      return true;
  }
}

/** What other processes of hosts do with the same session meanwhile. */
function sessionAct({ stage, player, call }: Aim, act: SessionAct): boolean {
  const label = `${call.label}+${act}`;
  switch (act) {
    case "end":
      callHook(stage, player, "session-end", { label, fields: END_FIELDS });
      return true;
    case "resume":
    case "compact":
    case "clear":
      callHook(stage, player, "session-start", { label, fields: startFields(act) });
      return true;
    case "same-stop":
    case "other-host": {
      const env = act === "same-stop" ? {} : { CLAUDE_PID: String(stage.world.host().pid) };
      callHook(stage, player, "stop", { label, fields: stopFields(player, call.label), env });
      return true;
    }
  }
}
