import { errorText } from "#base/fault.ts";
import { keepServer } from "#codex/keeper.ts";

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
// The terminal or the host may go; the keeper ends when nobody needs its server any more.
process.on("SIGHUP", () => undefined);

keepServer(process.argv[2] ?? "", stop.signal).catch((error: unknown) => {
  console.error(`keeper: ${errorText(error)}`);
  process.exitCode = 1;
});
