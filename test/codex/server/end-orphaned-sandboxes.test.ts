import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished, test } from "vitest";
import { identifyProcess, isAlive, type ProcessIdentity } from "#base/process-identity.ts";
import { endOrphanedSandboxes } from "#codex/server/end-orphaned-sandboxes.ts";
import { eventually } from "#test/shared-server.ts";

const GUARD = { PATH: process.env["PATH"] ?? "", COUNTERSIGN_NESTED: "1" };

/** A process under that name, with this test for its parent. */
function started(name: string, env: Readonly<Record<string, string>>): ProcessIdentity {
  return identityOf(spawn("sleep", ["1000"], { argv0: name, env, stdio: "ignore" }));
}

function identityOf(child: ChildProcess): ProcessIdentity {
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("it did not start");
  return identity;
}

// Such a sandbox there is on Linux alone.
test.skipIf(process.platform !== "linux")(
  "a sandbox of ours without its server is ended, and no other one",
  async () => {
    const left = [started("bwrap", GUARD), started("/somewhere/codex-linux-sandbox", GUARD)];
    const others = [started("bwrap", { PATH: GUARD.PATH }), started("sleep", GUARD)];
    const script = `const { pid } = require("child_process").spawn("sleep", ["1000"], { argv0: "bwrap" }); console.log(pid)`;
    const server = spawn(process.execPath, ["-e", script], {
      env: GUARD,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed]: unknown[] = await once(server.stdout, "data");
    const sandbox = identifyProcess(Number(String(printed)));
    const kept = [...others, identityOf(server), ...(sandbox === undefined ? [] : [sandbox])];

    endOrphanedSandboxes();
    await eventually(() => !left.some((one) => isAlive(one)));
    if (kept.length !== 4 || !kept.every((one) => isAlive(one))) throw new Error("another process was ended");
    server.kill("SIGKILL");
    await once(server, "close");
    // Now its sandbox has no server either.
    endOrphanedSandboxes();
    await eventually(() => sandbox !== undefined && !isAlive(sandbox));
  },
);
