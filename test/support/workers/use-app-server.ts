import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { prewarmAppServer } from "#codex/server/prewarm-app-server.ts";

/**
 * A program that uses the shared server as a hook does: `prewarm OPTIONS` starts it and stays,
 * `open OPTIONS` connects, prints the kind of server and closes.
 */
const Options = z.object({
  installation: z.object({ path: z.string(), launchedFrom: z.string(), version: z.string() }),
  environment: z.record(z.string(), z.string()),
  codexHome: z.string(),
  serversDirectory: z.string(),
  leasesDirectory: z.string(),
  keeperScript: z.string(),
  idleSeconds: z.number(),
  shared: z.boolean(),
  clientVersion: z.string(),
});

async function run(action: string | undefined, file: string): Promise<void> {
  const options = parseJson(readFileSync(file, "utf8"), Options);
  if (action === "prewarm") {
    prewarmAppServer(options);
    console.log("prewarmed");
    setInterval(() => undefined, 1_000);
    return;
  }
  const server = await openAppServer(options, AbortSignal.timeout(60_000));
  const answer = await server.request(
    "thread/loaded/list",
    {},
    z.looseObject({}),
    AbortSignal.timeout(60_000),
  );
  console.log(`${server.kind} ${JSON.stringify(answer)} ${server.notShared ?? ""}`);
  await server.close();
}

void run(process.argv[2], process.argv[3] ?? "");
