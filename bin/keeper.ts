import { errorText } from "#base/fault.ts";
import { keepServer } from "#codex/keeper.ts";
import { DETACH, startApart } from "#codex/start-keeper.ts";

const [script = "", ...words] = process.argv.slice(1);
if (words[0] === DETACH) startApart([script, ...words.slice(1)], { stdio: "inherit" });
else keep(words[0] ?? "");

function keep(directory: string): void {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
  // The terminal or the host may go; the keeper ends when nobody needs its server any more.
  process.on("SIGHUP", () => undefined);
  keepServer(directory, stop.signal).catch((error: unknown) => {
    console.error(`keeper: ${errorText(error)}`);
    process.exitCode = 1;
  });
}
