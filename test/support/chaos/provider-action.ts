import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, refuse, reviewAnswer, say, usageLimit } from "#test/reviewer-action.ts";
import type { ProviderFault } from "./scenario.ts";

const FAR = Math.floor(Date.parse("2035-01-02T03:00:00Z") / 1_000);

/** Returns what a provider in trouble does with a request. `slow` is played by whoever waits. */
export function providerAction(fault: Exclude<ProviderFault, "slow">, request: ReviewerRequest): Action {
  switch (fault) {
    case "unauthorized":
      return refuse(401, { message: "bad key" });
    case "rate-limit":
      return refuse(429, { message: "slow down" });
    case "rate-limit-with-wait":
      return refuse(429, { message: "slow down" }, { "retry-after": "600" });
    case "usage-limit":
      return usageLimit(FAR);
    case "server-error":
      return refuse(500, { message: "oops" });
    case "bad-request":
      return refuse(400, { message: "no" });
    case "context-too-large":
      return refuse(400, { code: "context_length_exceeded", message: "too long" });
    case "silent":
      return { kind: "silent" };
    case "silent-stream":
      return { kind: "hold", until: new Promise(() => undefined) };
    case "cut":
      return { kind: "cut", text: '{"request_id":' };
    case "empty":
      return { kind: "empty" };
    case "not-json":
      return say("It looks fine to me.");
    case "wrong-shape":
      return reviewAnswer(request, [], { decision: "PERHAPS" });
    case "wrong-nonce":
      return reviewAnswer(request, [], { request_id: "0".repeat(32) });
    case "two-answers":
      return twoAnswers(request);
    case "given-up":
      return { kind: "fail", code: "server_is_overloaded", message: "later" };
  }
}

/** Two objects in one message: which of them would be the answer? */
function twoAnswers(request: ReviewerRequest): Action {
  const one = reviewAnswer(request);
  return one.kind === "answer" ? say(`${one.text}\n${one.text}`) : one;
}
