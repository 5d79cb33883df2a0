/** `countersign help choosing`: from the questions that decide. Lines of at most 80 characters. */
export const CHOOSING = `Which command for which work.

Ask in this order, and take the first that fits:

  Must an agent not stop before its work was signed?          the gate  (setup)
  Is a change to be allowed or blocked, by an exit code?      review
  Is there one result that can be checked when it is done:
  a file, an image, JSON, a test that passes?                 exec
  Is Codex to look for defects, or doubts, in a change
  or in an approach, for you to read?                         thread review
  Will there be a next question, or is it an open one?        thread start

What differs:

State        exec has none: one task, one process, and what it learned is gone
             with it. A thread keeps everything: thread resume sends only what
             is new. The gate keeps one thread for the rounds of one change.
Result       exec promises files, images, JSON or commands that pass, and we
             look at them ourselves. A thread gives an answer, which is a
             claim. Reviews give findings that are checked against the files.
Interruption exec is ended as a whole, at its timeout or by Ctrl-C: there is
             nothing to go on with. thread interrupt ends a turn and keeps the
             thread; thread resume goes on.
Waiting      The gate makes a stop wait. review and exec make you or a pipeline
             wait. A thread can do without: --background, then thread status,
             wait, result or cancel.
Permissions  All of them begin read-only. exec gets the right to write in this
             folder when its contract names outputs, a thread with --write, the
             reviews never. Full access is exec's alone, with a flag and a
             reason. Nobody is ever asked for approval: what the sandbox refuses
             fails. Work that needs a person's yes for each action is work for
             codex itself, at a terminal.
Cost         Each asks the model in your account. exec starts a process of its
             own; threads share one server with the gate.
Evidence     The gate and review leave a receipt; exec and thread a run's
             record: thread, model, sandbox, commands, tokens, digests of the
             prompt, of Codex's own file and of what was made. audit verify
             holds each against Codex's files and git. Only exec says "done" by
             itself, and only where every check of its contract holds.
Exit codes   exec: 0 done, 1 not done, 2 could not run. review: 0 allow, 1
             block, 2 could not. thread: 0 answered, 1 it failed, or a review
             found something grave, 2 could not run.

One image, one report, one migration: exec. A talk about a design: thread. The
same task every night: exec in a job. "Look at this before I push": review, for
its exit code; thread review, for its doubts.

See also: countersign help contracts, countersign exec --help
`;
