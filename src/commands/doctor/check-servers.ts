import { Buffer } from "node:buffer";
import { count } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import type { CodexInstallation } from "#codex/installation.ts";
import { supportsSharedSocket } from "#codex/installation.ts";
import { liveLeases } from "#codex/server/lease.ts";
import { placeOf } from "#codex/server/prewarm-app-server.ts";
import { livingMarks } from "#codex/server/process-mark.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { readRecord } from "#codex/server/server-record.ts";
import { hasKeeper } from "#codex/server/start-keeper.ts";
import { serverFolders } from "#codex/server/unused-servers.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import { failureLine } from "#gate/failure/failure-message.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { askServer, type ServerAnswer } from "./ask-server.ts";
import { type Check, check, type Examined } from "./check.ts";

/** The shared servers that run now. None is started for this. */
export async function checkServers(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const { locations, platform } = examined;
  const own = await ownPlace(examined, signal);
  if (own !== undefined && !supportsSharedSocket(own.installation.version, platform)) {
    return [
      check("server", "ok", {
        what: `Each review starts a private one: Codex ${own.installation.version} cannot share one here`,
      }),
    ];
  }
  const places = serverFolders(locations.servers)
    .map(serverPlace)
    .filter((place) => hasKeeper(place) || readRecord(place) !== undefined);
  const found = await Promise.all(places.map((place) => describe(place, own, signal)));
  const leases = liveLeases(locations.leases).length;
  const detail = [
    ...found.flatMap(({ lines }) => lines),
    `${count(leases, "session")} ${leases === 1 ? "claims" : "claim"} one`,
  ];
  const troubles = found.flatMap(({ trouble }) => trouble ?? []);
  if (troubles.length > 0) {
    const next =
      "The next review starts one of its own where it cannot use this one; end the old one's sessions.";
    return [check("server", "warning", { what: troubles.join("; "), detail, next })];
  }
  const what =
    found.length === 0
      ? "None runs now; the next session or review starts one"
      : `${count(found.length, "shared server")} runs and answers`;
  return [check("server", "ok", { what, detail })];
}

type Own = { readonly place: ServerPlace; readonly installation: CodexInstallation };

/** What is wrong with Codex itself is said beside it. */
async function ownPlace(examined: Examined, signal: AbortSignal): Promise<Own | undefined> {
  try {
    const { config } = effectiveConfigOf(examined, examined.locations, workTreeRoot(examined.cwd));
    const options = await codexServer(examined, config, signal);
    return { place: placeOf(options), installation: options.installation };
  } catch (error) {
    if (error instanceof CodexFault) return undefined;
    throw error;
  }
}

type Described = { readonly lines: readonly string[]; readonly trouble: string | undefined };

async function describe(place: ServerPlace, own: Own | undefined, signal: AbortSignal): Promise<Described> {
  const isOwn = own?.place.directory === place.directory;
  const record = readRecord(place);
  const answer = await askServer(place, signal);
  const bytes = Buffer.byteLength(place.socket);
  const lines = [
    `${isOwn ? "of this shell's identity" : "of another identity"}: ${place.directory}`,
    `  ${answerText(answer)}; server ${record?.process.pid ?? "unknown"}, keeper ${hasKeeper(place) ? "lives" : "is gone (the next hook adopts it)"}, ${count(livingMarks(place.clients).length, "client")}`,
    `  socket ${place.socket} (${bytes} bytes)`,
  ];
  return { lines, trouble: troubleOf(answer, isOwn ? own : undefined) };
}

function answerText(answer: ServerAnswer): string {
  switch (answer.kind) {
    case "answers":
      return `it says Codex ${answer.version}`;
    case "absent":
      return "nobody listens";
    case "refused":
      return `it is not used (${failureLine(answer.failure)})`;
  }
}

/** Servers of other identities end by themselves once their sessions have. */
function troubleOf(answer: ServerAnswer, own: Own | undefined): string | undefined {
  if (answer.kind === "refused") return "A shared server is there and is not used";
  if (own === undefined || answer.kind === "absent" || answer.version === own.installation.version)
    return undefined;
  return `The shared server says Codex ${answer.version}, and the one on PATH is ${own.installation.version}`;
}
