import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { parseJson } from "#base/json.ts";
import { type Action, answerWhole, startAnswer } from "./messages-stream.ts";
import { answersSoFar, isSideRequest, lastUserText, ModelRequest } from "./model-request.ts";

/** Decides what the model does next. `turn` counts the requests that reached the script, from 0. */
export type Script = (request: ModelRequest, turn: number) => Action;

export type MessagesApi = {
  readonly url: string;
  /** The requests that the script saw, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** The small questions (titles and the like) that were answered without it. */
  readonly sideRequests: readonly ModelRequest[];
  /** `METHOD path` of everything else that was asked for, and the text of every script that threw. */
  readonly surprises: readonly string[];
  /** Resolves once a request hangs. */
  readonly hanging: () => Promise<void>;
  /** Ends every hanging request with this action. */
  readonly release: (action: Action) => void;
  /** Replaces the script for the requests to come; its turns count from 0 again. */
  readonly play: (script: Script) => void;
  readonly close: () => Promise<void>;
};

/** Returns a script that plays these actions one after the other and then only says `Done.` */
export function inOrder(...actions: readonly Action[]): Script {
  return (_request, turn) => actions[turn] ?? { kind: "say", text: "Done." };
}

/**
 * Returns a script that plays these actions one after the other in each conversation, however many
 * run at once, and then only says `Done.`
 */
export function inEach(...actions: readonly Action[]): Script {
  return (request) => actions[answersSoFar(request)] ?? { kind: "say", text: "Done." };
}

/** Returns a script that plays a list of actions for each conversation, by a text that its last prompt holds. */
export function byPrompt(lists: Readonly<Record<string, readonly Action[]>>): Script {
  const begun = new Map<string, number>();
  return (request) => {
    const prompt = lastUserText(request);
    const [word, actions] = Object.entries(lists).find(([text]) => prompt.includes(text)) ?? ["", []];
    const answers = answersSoFar(request);
    const first = begun.get(word) ?? answers;
    begun.set(word, first);
    return actions[answers - first] ?? { kind: "say", text: "Done." };
  };
}

/**
 * Starts a stand-in of the Messages API on loopback whose model is played by `script`.
 * Give its `url` to Claude Code as ANTHROPIC_BASE_URL.
 */
export async function startMessagesApi(script: Script): Promise<MessagesApi> {
  const state: State = {
    script,
    first: 0,
    requests: [],
    sideRequests: [],
    surprises: [],
    hung: [],
    onHang: [],
  };
  const server = createServer((request, response) => {
    answer({ state, request, response }).catch((error: unknown) => {
      state.surprises.push(String(error));
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: addressOf(server.address()),
    requests: state.requests,
    sideRequests: state.sideRequests,
    surprises: state.surprises,
    hanging: () => untilHanging(state),
    release: (action) => {
      for (const finish of state.hung.splice(0)) finish(action);
    },
    play: (next) => {
      state.script = next;
      state.first = state.requests.length;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type State = {
  script: Script;
  /** How many requests there were when the script began. */
  first: number;
  readonly requests: ModelRequest[];
  readonly sideRequests: ModelRequest[];
  readonly surprises: string[];
  readonly hung: ((action: Action) => void)[];
  readonly onHang: (() => void)[];
};

type Exchange = {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

async function answer(exchange: Exchange): Promise<void> {
  const { state, request, response } = exchange;
  const body = await readText(request);
  const path = new URL(request.url ?? "/", "http://stand-in").pathname;
  if (path === "/v1/messages/count_tokens") return sendJson(response, { input_tokens: 10 });
  if (path !== "/v1/messages") {
    state.surprises.push(`${request.method} ${path}`);
    response.statusCode = 404;
    return sendJson(response, { type: "error", error: { type: "not_found_error", message: path } });
  }
  const parsed = parseJson(body, ModelRequest);
  const action = isSideRequest(parsed) ? aside(state, parsed) : play(exchange, parsed);
  if (parsed.stream !== true) return sendJson(response, answerWhole(parsed.model, action));
  perform(state, action, startAnswer(response, parsed.model));
}

function aside(state: State, request: ModelRequest): Action {
  state.sideRequests.push(request);
  return { kind: "say", text: "A title" };
}

function play({ state }: Exchange, request: ModelRequest): Action {
  const turn = state.requests.push(request) - 1 - state.first;
  return state.script(request, turn);
}

function perform(state: State, action: Action, finish: (action: Action) => void): void {
  if (action.kind === "hold") {
    action.until
      .then((next) => perform(state, next, finish))
      .catch((error: unknown) => {
        state.surprises.push(String(error));
        finish({ kind: "error", status: 400, type: "invalid_request_error", message: String(error) });
      });
    return;
  }
  if (action.kind !== "hang") {
    finish(action);
    return;
  }
  state.hung.push(finish);
  for (const resolve of state.onHang.splice(0)) resolve();
}

function untilHanging(state: State): Promise<void> {
  if (state.hung.length > 0) return Promise.resolve();
  return new Promise((resolve) => {
    state.onHang.push(resolve);
  });
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

function addressOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  if (address === null || typeof address === "string") throw new Error("the stand-in got no port");
  return `http://127.0.0.1:${address.port}`;
}
