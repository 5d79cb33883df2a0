import { expect, test } from "vitest";
import { sandboxOf, type TurnSandbox, weakerSandbox } from "#codex/rollout/turn-sandbox.ts";

/** As 0.169 writes a managed profile into a `turn_context` line. */
function managed(...rights: readonly string[]): object {
  const entries = rights.map((access) => ({ path: { type: "path", path: "/x" }, access }));
  return { type: "managed", file_system: { type: "restricted", entries }, network: "restricted" };
}

test.each<[string, unknown]>([
  ["the plain policy", { sandbox_policy: { type: "read-only" } }],
  [
    "a policy and its profile",
    { sandbox_policy: { type: "read-only" }, permission_profile: managed("read", "deny") },
  ],
  ["a profile alone", { permission_profile: managed("read") }],
  [
    "a profile whose rights have another form beside its policy",
    {
      sandbox_policy: { type: "read-only" },
      permission_profile: { type: "managed", file_system: { type: "restricted" } },
    },
  ],
])("read-only is %s", (_what, context) => {
  expect(sandboxOf(context)).toEqual({ kind: "read-only" });
});

test.each<[string, string, unknown]>([
  [
    "full access",
    "danger-full-access",
    { sandbox_policy: { type: "danger-full-access" }, permission_profile: { type: "disabled" } },
  ],
  [
    "a writable workspace",
    "workspace-write",
    { sandbox_policy: { type: "workspace-write" }, permission_profile: managed("read", "write") },
  ],
  ["a profile that is off", "disabled permissions", { permission_profile: { type: "disabled" } }],
  [
    "a file system without limits",
    "managed permissions",
    { permission_profile: { type: "managed", file_system: { type: "unrestricted" } } },
  ],
  [
    "a policy whose profile lets it write",
    "permission to write",
    { sandbox_policy: { type: "read-only" }, permission_profile: managed("read", "write") },
  ],
  ["a policy of another form", "a sandbox that is not understood", { sandbox_policy: "read-only" }],
])("writable is %s", (_what, detail, context) => {
  expect(sandboxOf(context)).toEqual({ kind: "writable", detail });
});

test("what says nothing proves nothing", () => {
  expect(sandboxOf({ model: "x" })).toEqual({ kind: "unknown" });
  const rightsUnread = { permission_profile: { type: "managed", file_system: { type: "restricted" } } };
  expect(sandboxOf(rightsUnread)).toEqual({ kind: "unknown" });
});

test("of several lines the one that allows most holds", () => {
  const unknown: TurnSandbox = { kind: "unknown" };
  const closed: TurnSandbox = { kind: "read-only" };
  const open: TurnSandbox = { kind: "writable", detail: "x" };
  expect(weakerSandbox(unknown, closed)).toBe(closed);
  expect(weakerSandbox(closed, unknown)).toBe(closed);
  expect(weakerSandbox(closed, open)).toBe(open);
  expect(weakerSandbox(open, closed)).toBe(open);
});
