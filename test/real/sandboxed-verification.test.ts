import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { rerunVerifications } from "#commands/exec/look/rerun-verifications.ts";
import type { VerificationSeen } from "#gate/contract/run-seen.ts";
import { contractOf } from "#test/contract-values.ts";
import { CODEX_VERSIONS, type CodexVersion } from "#test/exec-world.ts";
import { processesOf } from "#test/processes-of.ts";

const VERSIONS: readonly CodexVersion[] = ["0.169", "0.140"];

/** Not below the temporary folder, in which Codex's sandbox lets everybody write. */
function folderElsewhere(): string {
  const folder = realpathSync(mkdtempSync("/var/tmp/countersign-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "work"));
  mkdirSync(join(folder, "codex"));
  return folder;
}

async function rerun(version: CodexVersion, folder: string, verification: object): Promise<VerificationSeen> {
  const place = {
    workspace: join(folder, "work"),
    environment: { PATH: process.env["PATH"], HOME: folder },
    codex: CODEX_VERSIONS[version],
    codexHome: join(folder, "codex"),
  };
  const { verify } = contractOf({ verify: [verification] });
  const [seen] = await rerunVerifications(place, verify, new AbortController().signal);
  if (seen === undefined) throw new Error("nothing was run");
  return seen;
}

test.each(VERSIONS)(
  "%s: a verification in the sandbox writes where it may, and nowhere else",
  async (version) => {
    const folder = folderElsewhere();
    const command = ["sh", "-c", "touch inside && ! touch ../outside && exit 7"];
    const writing = await rerun(version, folder, { command, sandbox: "workspace-write" });
    expect(writing.end).toEqual({ kind: "exited", exitCode: 7 });
    expect([existsSync(join(folder, "work/inside")), existsSync(join(folder, "outside"))]).toEqual([
      true,
      false,
    ]);
    const reading = await rerun(version, folder, {
      command: ["sh", "-c", "test -e inside && ! touch more"],
      sandbox: "read-only",
    });
    expect(reading.end).toEqual({ kind: "exited", exitCode: 0 });
    expect(existsSync(join(folder, "work/more"))).toBe(false);
  },
);

test.each(VERSIONS)(
  "%s: one that overstays its time in the sandbox is ended with all of it",
  async (version) => {
    const folder = folderElsewhere();
    const seen = await rerun(version, folder, {
      command: ["sh", "-c", "setsid sleep 600 & sleep 600"],
      sandbox: "read-only",
      timeoutSeconds: 1,
    });
    expect(seen.end).toEqual({ kind: "timed-out", seconds: 1 });
    expect(processesOf(folder)).toEqual([]);
  },
);
