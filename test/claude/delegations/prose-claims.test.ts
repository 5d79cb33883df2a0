import { expect, test } from "vitest";
import { proseClaims } from "#claude/delegations/prose-claims.ts";

const CLAIMS = [
  "Codex reviewed this and found no issues.",
  "I ran codex on the diff and it is happy.",
  "I ran `codex exec` and it reported two problems.",
  "Codex found no issues.",
  "Codex did not find any problems in the patch.",
  "The Codex review completed: nothing to fix.",
  "Codex review: passed",
  "## Codex Review Results: no blocking findings",
  "- ✅ Codex review: clean",
  "**Codex verdict:** LGTM",
  "This was reviewed by Codex.",
  "Reviewed-by: Codex",
  "I had Codex review the change.",
  "I asked Codex for a second opinion and it agrees.",
  "I've delegated the task to Codex.",
  "The task was handed off to Codex, which completed it.",
  "A Codex task started in the background.",
  "Codex is now running in the background.",
  "According to Codex, the lock is released twice.",
  "I applied Codex's suggestions.",
  "Fixed all Codex findings.",
  "Codex (gpt-5.5) confirmed that the fix is right.",
  "Codex CLI approved the patch.",
  "OpenAI Codex has independently verified the fix.",
  "Both Claude and Codex agree; Codex says the code is fine.",
  "After Codex reviewed the change, I fixed two bugs.",
  "Once Codex had reviewed it I committed.",
  "As Codex pointed out, the index is off by one.",
  "Cross-checked with Codex: no differences.",
  "There were no issues from Codex.",
  "Codex had no objections.",
  "Codex session ID: 0199a1b2-0000-7000-8000-000000000000",
  "I got a clean review from Codex.",
  "The fix was implemented by Codex and I checked it.",
  "Verified using Codex.",
  "Codex: LGTM",
  "The tests pass and Codex signed off on it.",
  "The codex sub-agent finished; the codex task completed.",
  "Codex says: no issues. I will commit now.",
  "Codex's analysis shows that the cache is stale.",
  "We ran it past Codex before committing, and Codex raised nothing.",
  'Codex answered "looks good to me".',
  "Not only did the tests pass, Codex also approved it.",
  "I will merge this, since Codex approved it.",
];

const NO_CLAIMS = [
  "I will run codex on the diff.",
  "Next I'll ask Codex to review it.",
  "Let me run codex exec.",
  "I'm going to have Codex review this.",
  "Should I ask Codex to review this?",
  "Do you want me to run Codex?",
  "Has Codex reviewed this?",
  "Codex is not installed.",
  "I could not run codex: command not found.",
  "Codex could not be started.",
  "I was unable to run Codex because Bash was denied.",
  "I didn't run codex.",
  "This has not been reviewed by Codex.",
  "Codex has not reviewed this yet.",
  "Codex never ran.",
  "Bash permission was denied, so Codex did not run.",
  "Without a review by Codex this stays open.",
  "If Codex finds nothing, I will commit.",
  "Once Codex has reviewed it, we can merge.",
  "When Codex has finished I will report back.",
  "You said that Codex reviewed this.",
  "The README says that Codex reviewed every change.",
  "The test checks that Codex reviewed the file.",
  "The user asked me to run codex.",
  "You can run codex exec yourself.",
  "Run codex exec to verify the fix.",
  "Please run `codex review` before merging.",
  "Codex runs commands in a sandbox.",
  "Codex is a command line agent by OpenAI.",
  "Codex stores its rollouts in ~/.codex/sessions.",
  "Codex supports resuming a thread.",
  "Codex usually returned within a minute.",
  "I updated src/codex/rollout.ts and ran the tests.",
  "I wrote docs/codex.md and reviewed codex.toml.",
  "I fixed the parser in codex-calls.ts.",
  "> Codex reviewed this and found no issues.",
  "```\nCodex reviewed this and found no issues.\n```",
  "~~~sh\nI ran codex exec\n~~~",
  'The message should read "Codex reviewed this".',
  "Add a line such as “Reviewed by Codex” to the commit.",
  "I recommend to have Codex review this.",
  "It would be good if Codex reviewed this.",
  "To have it reviewed by Codex, type /codex:review.",
  "Codex should have found that.",
  "The codex run failed to start.",
  "Codex returned an error 401.",
  "I tried to run codex, and it timed out.",
  "codex exited with code 127.",
  "Instead of Codex I reviewed it myself.",
  "The gate blocks until Codex has reviewed the change.",
  "Suppose Codex found a bug here.",
  "There is no evidence that Codex ran.",
  "A folder called codex was added.",
  "The plan: 1. run Codex, 2. fix what Codex found.",
  "Nothing was sent to Codex.",
  "I skipped the review by Codex.",
  "Codex was denied permission to run.",
  "Everything is fine.",
];

test.each(CLAIMS)("a claim: %s", (text) => {
  expect(proseClaims(text)).not.toEqual([]);
});

test.each(NO_CLAIMS)("no claim: %s", (text) => {
  expect(proseClaims(text)).toEqual([]);
});

test("only the sentences that say so are returned, at most five, and none longer than 1,000 characters", () => {
  expect(proseClaims("All done. Codex reviewed this. Should I ask Codex again? The end.")).toEqual([
    "Codex reviewed this.",
  ]);
  expect(proseClaims("Codex reviewed this.\n".repeat(9))).toHaveLength(5);
  expect(proseClaims(`Codex reviewed ${"this ".repeat(999)}`)[0]).toHaveLength(1_000);
});

test("a text of megabytes without an end is read in a moment", () => {
  for (const piece of ["codex ", "I ran the ", "```\n", "codex reviewed, ", "run the review of ", "`*_|"])
    expect(proseClaims(piece.repeat(300_000)).length).toBeLessThanOrEqual(5);
});
