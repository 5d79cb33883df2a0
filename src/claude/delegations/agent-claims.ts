import type { CodexClaim } from "./delegation.ts";
import { proseClaims } from "./prose-claims.ts";
import { type AgentCall, type AgentRecord, addDamage, type SessionRecord } from "./session-record.ts";
import { agentSays } from "./tool-claims.ts";

/**
 * Returns the sub-agents of which something says that Codex would work or did: their type, what they were
 * started for, or their own words. How often each used a tool is counted in its own transcript.
 */
export function agentClaims(record: SessionRecord): readonly CodexClaim[] {
  const joined = [...record.agentCalls.values()].map((call) => ({ call, agent: agentOf(record, call) }));
  const started = new Set(joined.flatMap(({ agent }) => agent?.id ?? []));
  const others = [...record.agents.values()].filter(({ id }) => !started.has(id));
  return [
    ...joined.flatMap(({ call, agent }) => claimOf(record, call, agent)),
    ...others.flatMap((agent) => claimOf(record, undefined, agent)),
  ];
}

/** By its own record, by the call's result, and in older transcripts by what it was asked. */
function agentOf({ agents, trace }: SessionRecord, call: AgentCall): AgentRecord | undefined {
  const found =
    [...agents.values()].find((agent) => agent.call === call.id) ??
    agents.get(call.agentId ?? "") ??
    [...agents.values()].find(
      (agent) =>
        agent.call === undefined && agent.prompt !== undefined && agent.prompt.trim() === call.prompt.trim(),
    );
  if (found !== undefined) found.call = call.id;
  call.endedAt ??= (trace.ends.get(call.id) ?? trace.ends.get(found?.id ?? ""))?.getTime();
  return found;
}

function claimOf(
  record: SessionRecord,
  call: AgentCall | undefined,
  agent: AgentRecord | undefined,
): readonly CodexClaim[] {
  const place = call?.place ?? agent?.place;
  if (place === undefined) return [];
  const type = call?.type || agent?.type || "";
  const description = call?.description || agent?.description || "";
  const answer = agent?.answer || call?.answer || "";
  const said = agent !== undefined && agent.said.length > 0 ? agent.said : proseClaims(answer);
  if (!agentSays(type, description) && said.length === 0) return [];
  if (agent === undefined && call !== undefined && call.denied === undefined)
    addDamage(record, {
      file: place.file,
      line: place.line,
      what: "agent-missing",
      detail: "the transcript of the sub-agent that was started here is not there",
    });
  return [
    {
      kind: "agent",
      place: { ...place, at: place.at ?? agent?.lastAt },
      agentId: agent?.id ?? call?.agentId,
      type: type === "" ? undefined : type,
      description,
      said,
      answer,
      denied: call?.denied,
      uses: agent?.uses ?? call?.uses,
      denials: agent?.denials ?? [],
      endedAt: call?.endedAt ?? agent?.lastAt,
    },
  ];
}
