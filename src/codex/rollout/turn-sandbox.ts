import * as z from "zod/mini";

/** What a turn's commands were allowed to do, as Codex has it on record. */
export type TurnSandbox =
  /** Nothing was found that says so, which proves nothing. */
  | { readonly kind: "unknown" }
  | { readonly kind: "read-only" }
  | { readonly kind: "writable"; readonly detail: string };

/** 0.140 has only `sandbox_policy`; 0.169 has both, and derives the one from the other. */
const TurnSettings = z.looseObject({
  sandbox_policy: z.nullish(z.looseObject({ type: z.string() })),
  permission_profile: z.nullish(
    z.looseObject({ type: z.string(), file_system: z.nullish(z.looseObject({ type: z.string() })) }),
  ),
});
const Rights = z.looseObject({
  permission_profile: z.looseObject({
    file_system: z.looseObject({ entries: z.array(z.looseObject({ access: z.string() })) }),
  }),
});

/** Access that does not write, whatever else it means: 0.169 knows `read`, `write` and `deny`. */
const HARMLESS = ["read", "deny", "none"];

/** Returns what one `turn_context` line of a rollout says about the sandbox of its turn. */
export function sandboxOf(turnContext: unknown): TurnSandbox {
  const settings = z.safeParse(TurnSettings, turnContext);
  if (!settings.success) return { kind: "writable", detail: "a sandbox that is not understood" };
  const { sandbox_policy: policy, permission_profile: profile } = settings.data;
  if (policy && policy.type !== "read-only") return { kind: "writable", detail: policy.type };
  if (profile && (profile.type !== "managed" || profile.file_system?.type !== "restricted")) {
    return { kind: "writable", detail: `${profile.type} permissions` };
  }
  const entries = z.safeParse(Rights, turnContext).data?.permission_profile.file_system.entries;
  const more = entries?.find(({ access }) => !HARMLESS.includes(access));
  if (more !== undefined) return { kind: "writable", detail: `permission to ${more.access}` };
  return policy || entries ? { kind: "read-only" } : { kind: "unknown" };
}

/** Returns what holds for a turn with several such lines: one that was not read-only is enough. */
export function weakerSandbox(one: TurnSandbox, other: TurnSandbox): TurnSandbox {
  if (one.kind === "writable" || other.kind === "unknown") return one;
  return other;
}
