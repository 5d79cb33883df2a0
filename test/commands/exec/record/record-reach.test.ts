import { expect, test } from "vitest";
import { recordReach } from "#commands/exec/record/record-reach.ts";

const reach = (
  sandbox: "read-only" | "workspace-write" | "danger-full-access",
  ...folders: readonly string[]
) => recordReach({ sandbox, workspace: "/home/me", folders });

test("records in the workspace or in a temporary folder are said to be in reach", () => {
  const [warning] = reach("workspace-write", "/home/me/.local/state/countersign", "/var/lib/codex", "/tmp/x");
  expect(warning).toBe(
    "commands of this run could write in /home/me/.local/state/countersign and /tmp/x, where it is on record",
  );
  expect(reach("workspace-write", "/home/me")).toHaveLength(1);
});

test("elsewhere they are not, nor in a sandbox that lets nothing be written", () => {
  expect(reach("workspace-write", "/home/me2", "/home", "/home/..me", "/var/lib")).toEqual([]);
  expect(reach("read-only", "/home/me/.codex")).toEqual([]);
  // There it goes without saying.
  expect(reach("danger-full-access", "/home/me/.codex")).toEqual([]);
});
