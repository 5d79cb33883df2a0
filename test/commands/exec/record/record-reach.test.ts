import { expect, test } from "vitest";
import { recordReach } from "#commands/exec/record/record-reach.ts";

const reach = (
  sandbox: "read-only" | "workspace-write" | "danger-full-access",
  ...folders: readonly string[]
) => recordReach({ sandbox, workspace: "/home/me", folders });

test("records in the workspace are said to be in reach", () => {
  const places = ["/home/me/.local/state/countersign", "/var/lib/codex", "/home/me/.codex", "/tmp/x"];
  const [warning] = reach("workspace-write", ...places);
  expect(warning).toBe(
    "commands of this run could write in /home/me/.local/state/countersign and /home/me/.codex, where it is on record",
  );
  expect(reach("workspace-write", "/home/me")).toHaveLength(1);
});

test("elsewhere they are not, nor in a sandbox that lets nothing be written", () => {
  expect(reach("workspace-write", "/home/me2", "/home", "/home/..me", "/var/lib")).toEqual([]);
  expect(reach("read-only", "/home/me/.codex")).toEqual([]);
  // There it goes without saying.
  expect(reach("danger-full-access", "/home/me/.codex")).toEqual([]);
});
