import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the model does when it is asked for a picture: `items` of its first answer, then it says "Done.". */
export type ImageModel = {
  readonly items: readonly object[];
  /** What the service of images answers with; absent where it is not to be asked. */
  readonly image?: Uint8Array;
};

/** ChatGPT on loopback, with a home of Codex that is signed in to it. */
export type ImageProvider = {
  readonly env: Readonly<Record<string, string>>;
  readonly codexHome: string;
  play(model: ImageModel): void;
  close(): Promise<void>;
};

/** The call by which a model of 0.169 asks for an image. */
export const CALLS_IMAGE_TOOL = {
  type: "function_call",
  id: "fc_1",
  call_id: "call_1",
  namespace: "image_gen",
  name: "imagegen",
  arguments: JSON.stringify({ prompt: "a heron", transparent_background: false }),
} as const;

/** The item in which the provider of 0.140 sends an image. */
export function sentImage(image: Uint8Array): object {
  const result = Buffer.from(image).toString("base64");
  return {
    type: "image_generation_call",
    id: "ig_1",
    status: "completed",
    revised_prompt: "a heron",
    result,
  };
}

/** Starts it. Bodies are compressed, so that nothing is known of a request but that it came. */
export async function startImageProvider(): Promise<ImageProvider> {
  let model: ImageModel = { items: [] };
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const path = request.url ?? "";
      if (request.method === "POST" && path.endsWith("/responses")) {
        asked += 1;
        answer(response, asked === 1 && model.items.length > 0 ? model.items : [DONE]);
      } else if (path.endsWith("/images/generations") && model.image !== undefined) {
        const data = [{ b64_json: Buffer.from(model.image).toString("base64") }];
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ created: 1, data }));
      } else {
        // At 426 Codex goes on without a WebSocket, at 404 it tries for 7 s.
        response.writeHead(path.endsWith("/responses") ? 426 : 404).end("{}");
      }
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const home = signedInHome(`http://127.0.0.1:${port}`);
  return {
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: home,
      CODEX_HOME: join(home, ".codex"),
      LANG: "C.UTF-8",
    },
    codexHome: join(home, ".codex"),
    play: (next) => {
      model = next;
      asked = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const DONE = {
  type: "message",
  id: "msg_1",
  role: "assistant",
  content: [{ type: "output_text", text: "Done." }],
} as const;

function answer(response: ServerResponse, items: readonly object[]): void {
  const send = (type: string, event: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...event })}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream" });
  send("response.created", { response: { id: "resp_1" } });
  for (const [index, item] of items.entries())
    send("response.output_item.done", { output_index: index, item });
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  send("response.completed", { response: { id: "resp_1", usage } });
  response.end();
}

function signedInHome(url: string): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "countersign-images-")));
  mkdirSync(join(home, ".codex"));
  writeFileSync(join(home, ".codex/auth.json"), JSON.stringify(login()), { mode: 0o600 });
  writeFileSync(
    join(home, ".codex/config.toml"),
    `model = "gpt-5.5"
check_for_update_on_startup = false
openai_base_url = "${url}/v1"
chatgpt_base_url = "${url}/backend-api"

[analytics]
enabled = false

[feedback]
enabled = false

[features]
plugins = false
apps = false
`,
  );
  return home;
}

/** Of nobody, valid for long, signed by nobody. */
function login(): object {
  const auth = { chatgpt_account_id: "account", chatgpt_plan_type: "plus", chatgpt_user_id: "user" };
  const claims = { sub: "user", exp: 4_102_444_800, "https://api.openai.com/auth": auth };
  const token = [{ alg: "none" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat("c2ln")
    .join(".");
  const tokens = { id_token: token, access_token: token, refresh_token: "r", account_id: "account" };
  return { auth_mode: "chatgpt", OPENAI_API_KEY: null, tokens, last_refresh: new Date().toISOString() };
}
