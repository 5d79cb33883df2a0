import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { listIfPresent, readIfPresent, writeOnce } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { parseJson, parseShape } from "#base/json.ts";
import { onState } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { laterVersion, readVersioned, type Versioned } from "#runs/schema-version.ts";
import { Answer, Request } from "./request.ts";

export type AnsweredRequest = { readonly request: Request; readonly answers: readonly Answer[] };

/** All requests, the oldest first, and beside them the files that cannot be read. */
export type RequestList = {
  readonly requests: readonly AnsweredRequest[];
  readonly unreadable: readonly { readonly path: string; readonly detail: string }[];
};

const REQUEST: Versioned<typeof Request> = { name: "request", shape: Request, steps: [] };
const ANSWER: Versioned<typeof Answer> = { name: "answer", shape: Answer, steps: [] };

const FOR_ALL = "all";

/** Files a request and returns it. Its id begins with its time, so that ids sort by age. */
export async function writeRequest(
  locations: Locations,
  draft: Omit<Request, "schema" | "id">,
): Promise<Request> {
  const id = `${compact(draft.at)}-${randomUUID().slice(0, 8)}`;
  const request = parseShape({ ...draft, schema: "countersign/request/1", id }, Request);
  await onState(async () => writeOnce(join(locations.requests, `${id}.json`), text(request)));
  return request;
}

/** Writes what became of a request. Returns false where that session had already answered it. */
export async function answerRequest(locations: Locations, draft: Omit<Answer, "schema">): Promise<boolean> {
  const answer = parseShape({ ...draft, schema: "countersign/answer/1" }, Answer);
  const file = `${answer.request}.answer-${answer.session ?? FOR_ALL}.json`;
  return await onState(async () => writeOnce(join(locations.requests, file), text(answer)));
}

/**
 * Returns all requests with their answers, or only those filed since a moment (ISO 8601, UTC): a
 * session need not read what was asked before it began.
 */
export function readRequests(locations: Locations, since = ""): RequestList {
  const files = listIfPresent(locations.requests).filter(
    (name) => /^\d.*\.json$/.test(name) && name >= compact(since),
  );
  const read = files.map((name) => readOne(join(locations.requests, name)));
  const answers = read.flatMap((one) => (one.kind === "answer" ? [one.answer] : []));
  return {
    requests: read.flatMap((one) => {
      if (one.kind !== "request") return [];
      const { request } = one;
      return [{ request, answers: answers.filter((answer) => answer.request === request.id) }];
    }),
    unreadable: read.flatMap((one) => (one.kind === "unreadable" ? [one] : [])),
  };
}

/**
 * Returns the requests that a session has yet to answer at its next stop. What came from a person's
 * terminal was acted on at once. Of the rest there wait for a stop those meant for this session,
 * those for all from its own shell, and those of which the session is not known, unless they are
 * older than this one. (A session's record can be younger than what was typed in it: one that was
 * open before the hooks were registered begins with its first stop.)
 */
export function openRequests(
  list: RequestList,
  session: { readonly session_id: SessionId; readonly started: string },
): readonly Request[] {
  const id = session.session_id;
  return list.requests
    .filter(({ request }) => request.by !== "terminal")
    .filter(({ request }) => request.session === id || concernsAll(request, session))
    .filter(({ answers }) => !answers.some((answer) => answer.session === id || answer.session === null))
    .map(({ request }) => request);
}

function concernsAll(
  request: Request,
  session: { readonly session_id: SessionId; readonly started: string },
): boolean {
  if (request.session !== null) return false;
  if (request.agentSession !== null) return request.agentSession === session.session_id;
  return request.at >= session.started;
}

type ReadFile =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string };

function readOne(path: string): ReadFile {
  try {
    const content = parseJson(readIfPresent(path) ?? "", z.unknown());
    if (path.includes(".answer-")) {
      const read = readVersioned(content, ANSWER);
      if (read.kind === "read") return { kind: "answer", answer: read.value };
      return { kind: "unreadable", path, detail: laterVersion(read.schema) };
    }
    const read = readVersioned(content, REQUEST);
    if (read.kind === "read") return { kind: "request", request: read.value };
    return { kind: "unreadable", path, detail: laterVersion(read.schema) };
  } catch (error) {
    return { kind: "unreadable", path, detail: errorText(error) };
  }
}

/** A moment as names of files carry it; it sorts by time. */
function compact(moment: string): string {
  return moment.replace(/[-:.]/g, "");
}

function text(value: Request | Answer): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
