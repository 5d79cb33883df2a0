import { clip, oneLine } from "#base/text.ts";
import { type ListedThread, listThreads } from "#codex/thread/list-threads.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { spanText } from "#commands/progress/spans.ts";
import { printTable } from "#commands/table.ts";
import { locationsIn } from "#commands/thread/named/named-run.ts";
import { threadOf } from "#commands/thread/named/named-thread.ts";
import { threadRuns } from "#commands/thread/named/runs-here.ts";
import { standingOf, stateWord } from "#commands/thread/standing/run-standing.ts";
import { isReviewPrompt } from "#gate/prompt/prompt.ts";
import type { Locations } from "#runs/locations.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { runHandle } from "#runs/records/run-files.ts";
import { withThreadServer } from "./with-thread-server.ts";

const USUAL = 20;
const MOST = 10_000;
/** Older runs say nothing of their threads that the list would show. */
const DAYS = 90;
/** Each is two files to be read. */
const MOST_RUNS = 2_000;
const PREVIEW = 60;

/** `countersign thread list`: the threads of this CODEX_HOME, ours and the user's. */
export const threadList: Command = {
  name: "thread list",
  summary: "List threads, ours and your own, the latest first. No model is asked.",
  usage: "[--all] [--limit N] [--json]",
  options: {
    all: { type: "boolean", help: "the gate's threads and all that are archived, too" },
    limit: { type: "string", value: "N", help: `how many (${USUAL})` },
    json: JSON_OPTION,
  },
  run: list,
};

type Row = ListedThread & { readonly gate: boolean; readonly run: StoredRun | undefined };

async function list(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const limit = limitOf(call);
  const runs = latestRuns(call, locations);
  const rows = await threads(call, locations, { runs, limit });
  if (call.flags.has("json")) {
    printJson(call, "thread-list", { threads: rows.map((row) => rowJson(row, call.now)) });
  } else if (rows.length === 0) {
    call.stdout.write("No threads. `countersign thread start` begins one.\n");
  } else {
    const headings = ["thread", "state", "age", "model", "folder", "name or first words"];
    printTable(
      call.stdout,
      headings,
      rows.map((row) => rowCells(row, call.now)),
    );
  }
  return 0;
}

function limitOf(call: Call): number {
  const text = call.texts.get("limit") ?? String(USUAL);
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MOST) return limit;
  throw new UsageFault({ kind: "usage", text: `thread list: --limit takes a number from 1 to ${MOST}` });
}

function latestRuns(call: Call, locations: Locations): ReadonlyMap<string, StoredRun> {
  const found = new Map<string, StoredRun>();
  let looked = 0;
  for (const run of threadRuns(call, locations, { everywhere: true, days: DAYS })) {
    looked += 1;
    if (looked > MOST_RUNS) break;
    const id = threadOf(run);
    if (id !== undefined && !found.has(id)) found.set(id, run);
  }
  return found;
}

type Wanted = { readonly runs: ReadonlyMap<string, StoredRun>; readonly limit: number };

/** A thread of ours that was archived, by the keeper of a server for one, is listed all the same. */
async function threads(call: Call, locations: Locations, { runs, limit }: Wanted): Promise<readonly Row[]> {
  const all = call.flags.has("all");
  return await withThreadServer(call, locations, async (server) => {
    const rows: Row[] = [];
    for (const archived of [false, true]) {
      let taken = 0;
      for await (const thread of listThreads(server, archived, call.signal)) {
        const run = runs.get(thread.id);
        const gate = run === undefined && isReviewPrompt(thread.preview);
        if (!all && (gate || (archived && run === undefined))) continue;
        rows.push({ ...thread, gate, run });
        taken += 1;
        if (taken === limit) break;
      }
    }
    return rows.toSorted((a, b) => b.updatedAt - a.updatedAt).slice(0, limit);
  });
}

function stateOf({ active, archived, gate, run }: Row, now: Date): string {
  const own = run === undefined ? (gate ? "gate" : undefined) : stateWord(standingOf(run, now));
  const state = active ? "running" : archived ? "archived" : "idle";
  return own === undefined || own === state ? state : `${state}, ${own}`;
}

function rowCells(row: Row, now: Date): readonly string[] {
  const { id, name, preview, cwd, model, updatedAt, run } = row;
  return [
    id,
    stateOf(row, now),
    spanText(now.getTime() - updatedAt),
    model ?? run?.ended?.model ?? "",
    cwd ?? "",
    clip(oneLine(name ?? preview), PREVIEW),
  ].map(oneLine);
}

function rowJson(row: Row, now: Date): object {
  const { id, name, preview, cwd, model, createdAt, updatedAt, active, archived, gate, run, rolloutPath } =
    row;
  return {
    thread: id,
    name: name ?? null,
    preview: clip(preview, 1_000),
    cwd: cwd ?? null,
    model: model ?? run?.ended?.model ?? null,
    created: new Date(createdAt).toISOString(),
    updated: new Date(updatedAt).toISOString(),
    running: active,
    archived,
    gate,
    run:
      run === undefined
        ? null
        : {
            id: run.name.id,
            handle: runHandle(run.name.id),
            kind: run.begun.kind,
            state: stateWord(standingOf(run, now)),
          },
    rollout: rolloutPath ?? null,
  };
}
