import { clip, oneLine } from "#base/text.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { Failure } from "./failure.ts";
import { FAILURE_TEXTS } from "./failure-texts.ts";

const UPSTREAM_LENGTH = 600;

/**
 * Returns what happened, in the upstream's own words where there are any, and what to do next. Safe
 * for a terminal, on one line. Times are in UTC.
 */
export function failureMessage(failure: Failure): string {
  return `${failureLine(failure)}. ${FAILURE_TEXTS[failure.kind].next}`;
}

/** Returns what happened without the advice, which is for the user and may concern the configuration. */
export function failureLine(failure: Failure): string {
  return `${FAILURE_TEXTS[failure.kind].what}${failureFacts(failure)}`;
}

/** Returns in brackets, after a space, what is known of a failure beside its kind; nothing where that is nothing. */
export function failureFacts(failure: Failure): string {
  const parts = upstream(failure);
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** Returns the one line of upstream text that a record keeps of a failure. */
export function failureDetail(failure: Failure): string {
  return upstream(failure).join("; ");
}

/** Returns what a receipt keeps of a failure: its plain data, without secret-looking values. */
export function failureRecord(failure: Failure): { readonly kind: string } {
  const entries = Object.entries(failure).map(([key, value]) => [key, withoutSecrets(value)]);
  return { ...Object.fromEntries(entries), kind: failure.kind };
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return typeof value === "string" ? redacted(value).text : value;
}

/** Picks by field, not by kind: every failure that carries a fact shows it. */
function upstream(failure: Failure): readonly string[] {
  return [
    "command" in failure ? failure.command : "",
    "method" in failure ? failure.method : "",
    "path" in failure ? failure.path : "",
    "exitCode" in failure ? `exit code ${failure.exitCode}` : "",
    "needed" in failure ? `version ${failure.version}, needed ${failure.needed}` : "",
    "by" in failure && failure.by !== undefined ? `process ${failure.by}` : "",
    "waitingFor" in failure ? `after ${failure.seconds} s, waiting for ${failure.waitingFor}` : "",
    "issues" in failure ? failure.issues.join(", ") : "",
    "detail" in failure ? failure.detail : "",
    "resetsAt" in failure ? instant("resets", failure.resetsAt) : "",
    "retryAt" in failure ? instant("retry", failure.retryAt) : "",
  ]
    .map((part) => clip(oneLine(redacted(part).text), UPSTREAM_LENGTH))
    .filter((part) => part !== "");
}

/** A time that no calendar holds is upstream's mistake and not worth a crash of ours. */
function instant(what: string, time: number | undefined): string {
  const date = new Date(time ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  return `${what} ${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
