import type { ClaimsAudit } from "#audit/claims/judge-claims.ts";
import type { Delegations } from "#claude/delegations/delegation.ts";
import type { GatheredEvidence } from "./session-evidence.ts";

/** A session, what it claims, and what was found. */
export type AuditedSession = {
  readonly said: Delegations;
  readonly evidence: GatheredEvidence;
  readonly audit: ClaimsAudit;
};
