/** `countersign help contracts`: the contract on one page. Lines of at most 80 characters. */
export const CONTRACTS = `What a task for exec may say. All of it is in docs/contracts.md.

  {
    "goal": "Sum up the sales of each region.",
    "inputs": [{ "path": "sales.csv" }],
    "outputs": [{ "path": "sum.json", "kind": "json",
                  "schema": { "type": "object", "required": ["north"] } }],
    "prohibitions": { "rules": ["Do not round."], "othersUnchanged": true },
    "verify": [{ "command": ["node", "check.js"] }]
  }

  countersign exec --contract task.json
  countersign exec "Sum up the sales." --input sales.csv --output sum.json \\
    --only-outputs --verify "node check.js"
  countersign exec "A heron at dawn." --images 1 --copy-to heron.png

Paths are from this folder and stay in it. A key that does not exist is an
error. --dry-run prints the instruction and the sandbox, and asks nobody.

It is done only where all of this holds, found out by us once Codex is gone:

  the turn was completed, on a thread that has a name
  tools and commands that had to be used were, by the events of the run
  each output is there, inside, not empty, not as it was before, of its kind
  prohibited files, and all others where the contract says so, are unchanged
  JSON is as its schema says, in outputs and in the answer
  each verification, run by us without a shell, ends as it should

What Codex says about it counts for nothing. The first that does not hold is the
failure: artifact_missing, artifact_unchanged, verification_failed, no_tool_use,
agent_refused, timeout, usage_limit and so on; docs/contracts.md has them all.

Verifications run with your rights on files that an agent wrote. Put "sandbox":
"read-only" or "workspace-write" beside the command, and Codex's own sandbox
holds it.
`;
