import { constants, setPriority } from "node:os";
import { errorText } from "#base/fault.ts";
import { DETACH, startApart } from "#base/start-apart.ts";
import { keepServer } from "#codex/server/keeper.ts";
import { END_ORPHANS } from "#codex/server/orphans.ts";
import { packageVersion } from "#commands/installation.ts";

/** A server that answers does it all in milliseconds. */
const END_ORPHANS_MS = 5_000;

/** The host takes up new settings about two seconds after they are written (2.1.330). */
const WATCH_MS = 1_000;

const [script = "", ...words] = process.argv.slice(1);
if (words[0] === `--${DETACH}`) startApart([script, ...words.slice(1)], { stdio: "inherit" });
else if (words[0] === END_ORPHANS) endOrphans(words[1] ?? "");
else keep(words[0] ?? "");

function keep(directory: string): void {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
  // The terminal or the host may go; the keeper ends when nobody needs its server any more.
  process.on("SIGHUP", () => undefined);
  const watch = watchSettings(directory);
  // After a failure nothing is removed: it may be that the folder is not ours to tidy.
  void keepServer(directory, stop.signal)
    .finally(() => clearInterval(watch))
    .then(() => tidyUp(directory, stop.signal))
    .catch(fail);
}

/** Nobody waits for a keeper that has ended its server: it has the time that no hook has. */
async function tidyUp(directory: string, signal: AbortSignal): Promise<void> {
  try {
    const { pruneIfDue } = await import("#commands/prune/prune-if-due.ts");
    setPriority(constants.priority.PRIORITY_LOW);
    await pruneIfDue(directory, new Date(), signal);
  } catch (error) {
    fail(error);
  }
}

/** The keeper is the one process of ours that runs between two hooks. What it cannot see, it says once. */
function watchSettings(directory: string): NodeJS.Timeout {
  let said = "";
  const look = async (): Promise<void> => {
    try {
      const { lookFromKeeper } = await import("#commands/watch/look-from-keeper.ts");
      await lookFromKeeper(directory, new Date());
    } catch (error) {
      const text = errorText(error);
      if (text !== said) console.error(`keeper: the settings cannot be watched: ${text}`);
      said = text;
    }
  };
  return setInterval(() => void look(), WATCH_MS).unref();
}

/** Loaded only here: a keeper stays as small as Node itself. */
function endOrphans(directory: string): void {
  import("#codex/server/orphan-turn.ts")
    .then(({ endOrphanTurns }) =>
      endOrphanTurns(directory, packageVersion(), AbortSignal.timeout(END_ORPHANS_MS)),
    )
    .catch(fail);
}

function fail(error: unknown): void {
  console.error(`keeper: ${errorText(error)}`);
  process.exitCode = 1;
}
