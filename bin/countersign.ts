#!/usr/bin/env node
import { settleHome } from "#base/home-folder.ts";
import { hookWords, runNamedHook } from "#commands/hooks/named-hook.ts";

const words = process.argv.slice(2);
const hook = hookWords(words);
// A hook that the host starts at every stop does not load what other commands need.
if (hook === undefined) void runCommand();
else void runNamedHook(hook);

async function runCommand(): Promise<void> {
  const [{ runCommandLine }, { COMMANDS }, { folderIsGone, processSurroundings }] = await Promise.all([
    import("#commands/command-line.ts"),
    import("#commands/command-table.ts"),
    import("#commands/surroundings.ts"),
  ]);
  if (folderIsGone()) {
    process.stderr.write(
      "countersign: the folder that this shell is in was removed; go to one that is there\n",
    );
    process.exitCode = 2;
    return;
  }
  const home = settleHome(process.env, process.platform);
  process.exitCode = await runCommandLine(COMMANDS, words, processSurroundings(home));
}
