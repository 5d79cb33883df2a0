import type { CodexClaim } from "#claude/delegations/delegation.ts";
import type { ClaimVerdict } from "./claim-verdict.ts";
import { type Resting, restingOn, type Standing } from "./resting.ts";

type AgentClaim = Extract<CodexClaim, { kind: "agent" }>;

/**
 * Returns what stands behind a sub-agent that says that Codex worked: the best of its calls of Codex, and of
 * the sub-agents that it started in turn. One that called nothing has answered by itself.
 */
export function judgeAgent(claim: AgentClaim, { said, judged }: Standing): Resting {
  const { agentId, uses } = claim;
  if (claim.denied !== undefined) return alone({ kind: "unbacked", why: "denied", runs: [] });
  const own = judged.filter(
    (one) =>
      one.claim.kind === "call" &&
      agentId !== undefined &&
      belongs(one.claim.place.agent, agentId, said.agents),
  );
  if (own.length > 0) return restingOn(own, "no-codex-call");
  if (uses === undefined) return alone({ kind: "unknowable", why: "agent-missing", runs: [] });
  if (uses === 0) return alone({ kind: "unbacked", why: "no-tool-use", runs: [] });
  const why = claim.denials.some((tool) => SHELLS.includes(tool)) ? "denied" : "no-codex-call";
  return alone({ kind: "unbacked", why, runs: [] });
}

const SHELLS: readonly string[] = ["Bash", "PowerShell"];
/** Sub-agents do not start each other any deeper. */
const DEEPEST = 10;

function belongs(
  agent: string | undefined,
  wanted: string,
  parents: ReadonlyMap<string, string | undefined>,
): boolean {
  let one = agent;
  for (let depth = 0; depth < DEEPEST && one !== undefined; depth += 1) {
    if (one === wanted) return true;
    one = parents.get(one);
  }
  return false;
}

function alone(verdict: ClaimVerdict): Resting {
  return { verdict, rests: [] };
}
