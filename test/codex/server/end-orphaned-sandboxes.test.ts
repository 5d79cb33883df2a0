import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { identifyProcess, isAlive, type ProcessIdentity } from "#base/process-identity.ts";
import { endOrphanedSandboxes } from "#codex/server/end-orphaned-sandboxes.ts";
import { eventually } from "#test/shared-server.ts";

const GUARD = { PATH: process.env["PATH"] ?? "", COUNTERSIGN_NESTED: "1" };

/** A process under that name, with this test for its parent. */
function started(name: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn("sleep", ["1000"], { argv0: name, env, stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
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
    // Every keeper on this machine looks for such sandboxes, so another one's may come first.
    const left = [started("bwrap", GUARD), started("/somewhere/codex-linux-sandbox", GUARD)].map(
      async (child) => await once(child, "exit"),
    );
    const others = [started("bwrap", { PATH: GUARD.PATH }), started("sleep", GUARD)].map(identityOf);
    const script = `const { pid } = require("child_process").spawn("sleep", ["1000"], { argv0: "bwrap" }); console.log(pid)`;
    const server = spawn(process.execPath, ["-e", script], {
      env: GUARD,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed]: unknown[] = await once(server.stdout, "data");
    const sandbox = identifyProcess(Number(String(printed)));
    const kept = [...others, identityOf(server), ...(sandbox === undefined ? [] : [sandbox])];

    endOrphanedSandboxes();
    expect(await Promise.all(left)).toEqual([
      [null, "SIGKILL"],
      [null, "SIGKILL"],
    ]);
    if (kept.length !== 4 || !kept.every((one) => isAlive(one))) throw new Error("another process was ended");
    server.kill("SIGKILL");
    await once(server, "close");
    // Now its sandbox has no server either.
    endOrphanedSandboxes();
    await eventually(() => sandbox !== undefined && !isAlive(sandbox));
  },
);
