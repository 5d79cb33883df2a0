import type { JudgedClaim } from "./claim-verdict.ts";

/**
 * Returns the exit code of an audit of claims: 1 where one is not backed or only partly, or something of
 * the transcript could not be read; else 2 where one cannot be known; else 0, also where nothing is claimed.
 */
export function claimsExitCode(claims: readonly JudgedClaim[], damaged: boolean): 0 | 1 | 2 {
  const has = (kind: JudgedClaim["verdict"]["kind"]) => claims.some(({ verdict }) => verdict.kind === kind);
  if (damaged || has("unbacked") || has("partly")) return 1;
  return has("unknowable") ? 2 : 0;
}
