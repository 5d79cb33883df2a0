import * as z from "zod/mini";
import { clip, oneLine } from "#base/text.ts";
import type { CodexFailure } from "#codex/fault.ts";
import type { TurnError } from "#codex/protocol.ts";
import { resetTime } from "./reset-time.ts";

/** `name` as `CodexErrorInfo` spells it; `status` where the provider answered with an HTTP error. */
type ErrorCause = {
  readonly name: string;
  readonly status: number | undefined;
  readonly detail: string;
  readonly now: number;
};

const HttpCause = z.record(z.string(), z.looseObject({ httpStatusCode: z.nullish(z.number()) }));
const DETAIL_CHARACTERS = 600;

/**
 * Returns what an error of Codex is for us. `now` is in epoch milliseconds and only serves to
 * read times like "at 3:04 PM".
 *
 * 0.169 tells the kind in `codexErrorInfo`; 0.140 says `"other"` for much of it, and an error that
 * will be retried says "Reconnecting..." with the cause in `additionalDetails`: there the text decides.
 */
export function turnFailure(error: TurnError, now: number): CodexFailure {
  const cause = readCause(error, now);
  return byName(cause) ?? byStatus(cause) ?? byText(cause);
}

function readCause(error: TurnError, now: number): ErrorCause {
  const detail = clip(oneLine(error.additionalDetails ?? error.message), DETAIL_CHARACTERS);
  const written = /(?:unexpected|last) status:? (\d{3})\b/.exec(detail)?.[1];
  const status = written === undefined ? undefined : Number(written);
  if (typeof error.codexErrorInfo === "string") return { name: error.codexErrorInfo, status, detail, now };
  const http = z.safeParse(HttpCause, error.codexErrorInfo);
  const [name, fields] = Object.entries(http.data ?? {})[0] ?? ["other", undefined];
  return { name, status: fields?.httpStatusCode ?? status, detail, now };
}

function byName({ name, detail, now }: ErrorCause): CodexFailure | undefined {
  switch (name) {
    case "usageLimitExceeded":
    case "sessionBudgetExceeded":
      return { kind: "usage-limit", detail, resetsAt: resetTime(detail, now) };
    case "rateLimitExceeded":
      return { kind: "rate-limit", detail, retryAt: resetTime(detail, now) };
    case "modelNotFound":
      return { kind: "model-not-found", detail };
    case "contextWindowExceeded":
      return { kind: "context-too-large", detail };
    case "unauthorized":
      return { kind: "not-signed-in", detail };
    case "serverOverloaded":
    case "internalServerError":
    case "flexUnavailable":
    case "policyCapacityUnavailable":
      return { kind: "provider-overloaded", detail };
    case "badRequest":
    case "cyberPolicy":
    case "misalignmentPolicyViolation":
    case "inferenceHookDenied":
      return { kind: "request-refused", detail };
    case "sandboxError":
      return { kind: "sandbox-unusable", detail };
    default:
      return undefined;
  }
}

/**
 * 403 is a login that does not reach this far: to sign in again, elsewhere, is what helps. 404 is what
 * 0.140 says of a model that is not there, and every version of an address that leads elsewhere.
 */
function byStatus({ status, detail, now }: ErrorCause): CodexFailure | undefined {
  if (status === undefined || status < 400) return undefined;
  if (status === 401 || status === 403) return { kind: "not-signed-in", detail };
  if (status === 404 && /\bmodel/i.test(detail.replace(/url: \S+/, "")))
    return { kind: "model-not-found", detail };
  if (status === 413) return { kind: "context-too-large", detail };
  if (status === 429) return { kind: "rate-limit", detail, retryAt: resetTime(detail, now) };
  return status >= 500 ? { kind: "provider-overloaded", detail } : { kind: "request-refused", detail };
}

function byText({ detail, now }: ErrorCause): CodexFailure {
  if (/usage limit|quota exceeded/i.test(detail)) {
    return { kind: "usage-limit", detail, resetsAt: resetTime(detail, now) };
  }
  if (/rate limit|try again in/i.test(detail))
    return { kind: "rate-limit", detail, retryAt: resetTime(detail, now) };
  if (/model_not_found/i.test(detail)) return { kind: "model-not-found", detail };
  if (/context_length_exceeded|context window/i.test(detail)) return { kind: "context-too-large", detail };
  if (/missing environment variable|access token/i.test(detail)) return { kind: "not-signed-in", detail };
  if (/connection failed|error sending request|waiting for network|dns error/i.test(detail)) {
    return { kind: "provider-unreachable", detail };
  }
  if (/at capacity|high demand|overloaded/i.test(detail)) return { kind: "provider-overloaded", detail };
  if (/stream disconnected|error decoding response|idle timeout/i.test(detail)) {
    return { kind: "stream-cut", detail };
  }
  // A 400 whose code Codex has no word for comes as the raw body.
  return detail.startsWith("{") ? { kind: "request-refused", detail } : { kind: "turn-failed", detail };
}
