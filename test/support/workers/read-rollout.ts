import { errorText } from "#base/fault.ts";
import { readRolloutFacts } from "#codex/rollout/rollout-facts.ts";

/** Reads the rollout that is named and prints what came of it, and how much memory this process has held at most. */
async function main(): Promise<void> {
  const [path = ""] = process.argv.slice(2);
  const began = Date.now();
  const { head, turns, unread, read } = await readRolloutFacts(path, {}, new AbortController().signal);
  const told = {
    thread: head?.threadId,
    turns: turns.map(({ id, end }) => `${id} ${end.kind}`),
    unread: unread.map(({ why, lines }) => `${why} ${lines}`),
    bytes: read.bytes,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    seconds: (Date.now() - began) / 1_000,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
});
