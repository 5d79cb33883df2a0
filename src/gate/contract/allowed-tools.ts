import type { Contract, Tool } from "./contract.ts";

/** Returns what the agent may use: what the contract says, or else what the outputs need. */
export function allowedTools(contract: Contract): readonly Tool[] {
  const { allowed, required } = contract.tools;
  if (allowed.length > 0) return allowed;
  const needed: readonly Tool[] = [
    "shell",
    ...(writes(contract) ? ["edit" as const] : []),
    ...(contract.generates === undefined ? [] : ["image" as const]),
  ];
  return [...new Set([...needed, ...required])];
}

/** Returns whether the run is to change files of the workspace. */
export function writes({ outputs, sandbox, tools }: Contract): boolean {
  const edits = tools.allowed.includes("edit") || tools.required.includes("edit");
  return outputs.length > 0 || sandbox === "workspace-write" || edits;
}
