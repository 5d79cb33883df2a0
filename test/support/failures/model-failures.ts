import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Action, refuse, reviewAnswer, runCommand, say, usageLimit } from "#test/reviewer-action.ts";
import { elsewhere } from "./another-codex-home.ts";
import type { FailureCase } from "./failure-case.ts";

const RESET = Math.floor(Date.parse("2035-01-02T03:00:00Z") / 1_000);

function answers(name: string, kind: FailureCase["kind"], action: Action, words?: string): FailureCase {
  const told = words === undefined ? {} : { words };
  return { name, kind, ...told, breakIt: () => ({ script: () => action }) };
}

/** What the model and its provider do wrong. */
export const MODEL_FAILURES: readonly FailureCase[] = [
  {
    name: "no headers ever",
    kind: "provider-silent",
    deadline: "soon",
    breakIt: () => ({ script: () => ({ kind: "silent" }) }),
  },
  {
    name: "deadline",
    kind: "deadline",
    deadline: "soon",
    breakIt: () => ({
      script: (request) =>
        request.outputs.length === 0 ? runCommand(request, "cat src/count.js") : { kind: "silent" },
    }),
  },
  {
    name: "provider unreachable",
    kind: "provider-unreachable",
    words: "Connection failed",
    breakIt: async (world, test) => {
      const config = join(world.codex.codexHome, "config.toml");
      // Nobody else can ever listen there: a port that is given back may be another test's the next moment.
      writeFileSync(config, readFileSync(config, "utf8").replace(world.api.url, "http://127.0.0.1:9/v1"));
      return { well: await elsewhere(test) };
    },
  },
  {
    name: "usage limit",
    kind: "usage-limit",
    words: "resets 2035-01-02 03:",
    breakIt: async (_world, test) => ({ script: () => usageLimit(RESET), well: await elsewhere(test) }),
  },
  {
    name: "rate limit",
    kind: "rate-limit",
    words: "429 Too Many Requests",
    breakIt: async (_world, test) => ({
      script: () => refuse(429, { message: "slow down" }),
      well: await elsewhere(test),
    }),
  },
  answers(
    "model not found",
    "model-not-found",
    refuse(404, { code: "model_not_found", message: "The model does not exist" }),
    "The model does not exist",
  ),
  answers(
    "context too large",
    "context-too-large",
    refuse(400, { code: "context_length_exceeded", message: "too long" }),
    "ran out of room",
  ),
  answers(
    "overloaded",
    "provider-overloaded",
    refuse(503, { code: "server_is_overloaded", message: "full" }),
    "at capacity",
  ),
  answers("a refused request", "request-refused", refuse(400, { message: "not like this" }), "not like this"),
  answers("a refused key", "not-signed-in", refuse(401, { message: "bad key" }), "bad key"),
  answers("stream cut", "stream-cut", { kind: "cut", text: '{"request_id":' }, "stream disconnected"),
  answers("empty answer", "answer-empty", { kind: "empty" }),
  answers("malformed answer", "answer-not-json", say("I have examined everything. ALLOW."), "not valid JSON"),
  {
    name: "schema-violating answer",
    kind: "answer-wrong-shape",
    words: "decision",
    breakIt: () => ({ script: (request) => reviewAnswer(request, [], { decision: "APPROVE" }) }),
  },
  {
    name: "wrong nonce",
    kind: "answer-wrong-request",
    breakIt: () => ({ script: (request) => reviewAnswer(request, [], { request_id: randomUUID() }) }),
  },
];
