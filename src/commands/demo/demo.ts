import { homedir } from "node:os";
import { auditRuns } from "#commands/audit-runs/audit-runs.ts";
import { auditVerify } from "#commands/audit-verify/audit-verify.ts";
import type { Call, Command } from "#commands/command.ts";
import { startResponsesApi } from "#test/responses-api.ts";
import { codexConfig } from "./codex-config.ts";
import { codexForDemo } from "./codex-for-demo.ts";
import { type DemoKeepers, demoKeepers } from "./demo-keepers.ts";
import { demoModel } from "./model.ts";
import { type Narrator, narratorOf } from "./narrator.ts";
import { type PlayedHook, playSession } from "./play-session.ts";
import { BROKEN, MENDED, makeScratch, type Scratch } from "./scratch.ts";

/** `countersign demo`: the whole gate, seen at work, without a login. */
export const demo: Command = {
  name: "demo",
  summary: "Show the whole gate on a scratch repository; needs no login.",
  usage: "",
  options: {},
  run: showDemo,
};

/** Exit code 0 where the bug was held back, its fix signed, and the receipts hold; 1 where not. */
async function showDemo(call: Call): Promise<number> {
  const narrator = narratorOf(call);
  narrator.title("Countersign demo: a change is held back, mended and signed.");
  const codex = await codexForDemo(call, narrator);
  const api = await startResponsesApi(demoModel);
  const scratch = await makeScratch(codex.path, codexConfig(api.url));
  const keepers = demoKeepers(scratch);
  try {
    narrator.detail(`Real: git, the built hooks, codex ${codex.version} (${codex.path})`);
    narrator.detail(`Played: only the model, by a stand-in on ${new URL(api.url).host}`);
    const asExpected = await playThrough(call, narrator, { scratch, keepers });
    const verified = await showReceipts(call, narrator, scratch);
    narrator.step("Nothing of it stays");
    await keepers.untilGone(call.signal);
    narrator.detail("keeper and app-server have ended; the scratch folder is removed");
    return asExpected && verified === 0 ? 0 : 1;
  } finally {
    await keepers.untilGone(AbortSignal.timeout(CLEAN_UP_MS));
    scratch.remove();
    await api.close();
  }
}

const CLEAN_UP_MS = 60_000;

type Stage = { readonly scratch: Scratch; readonly keepers: DemoKeepers };

async function playThrough(call: Call, narrator: Narrator, { scratch, keepers }: Stage): Promise<boolean> {
  const session = playSession(scratch, call.signal);
  narrator.step(`A scratch repository with one commit: ${scratch.repository}`);
  narrator.step("SessionStart: lease, baseline, server");
  showAnswer(narrator, await session.start(), "done");
  narrator.step("The agent adds a fee, and loses a check on the way");
  scratch.write("src/transfer.js", BROKEN);
  narrator.detail(await scratch.git("diff", "--unified=1"));
  narrator.step("Stop: Codex reads the change");
  const held = await session.stop("I added a fee of 1 to each transfer. All checks are still there.");
  showAnswer(narrator, held);
  narrator.step("The agent puts the check back");
  scratch.write("src/transfer.js", MENDED);
  narrator.step("Stop: Codex reads what is new");
  const signed = await session.stop("I put the check for a positive amount back.");
  showAnswer(narrator, signed);
  keepers.note();
  narrator.step("SessionEnd: drops the lease");
  showAnswer(narrator, await session.end(), "done");
  return held.answer.decision === "block" && signed.answer.decision === undefined;
}

/** Only a stop can be let through; the other hooks have nothing to decide. */
function showAnswer(
  narrator: Narrator,
  { answer, milliseconds }: PlayedHook,
  passed: "lets through" | "done" = "lets through",
): void {
  const { decision, reason, systemMessage } = answer;
  narrator.detail(`${decision === "block" ? "BLOCK" : passed}, after ${milliseconds} ms`);
  if (reason !== undefined) narrator.detail(`to the agent:\n${indented(reason)}`);
  if (systemMessage !== undefined) narrator.detail(`to the user:\n${indented(systemMessage)}`);
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** The receipts as the audit commands show them; returns the exit code of the verification. */
async function showReceipts(call: Call, narrator: Narrator, scratch: Scratch): Promise<number> {
  const inScratch = {
    ...call,
    environment: scratch.environment,
    home: scratch.environment["HOME"] ?? homedir(),
    stdout: { write: narrator.detail, isTerminal: true },
  };
  narrator.step("countersign audit runs");
  await auditRuns.run(inScratch);
  narrator.step("countersign audit verify");
  return await auditVerify.run(inScratch);
}
