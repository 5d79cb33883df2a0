import type { RunStanding } from "./run-standing.ts";

/** Returns a run's standing as an object of `countersign/thread-status/1`. Times are ISO 8601 in UTC, spans seconds. */
export function standingJson({ run, look, view, asked, done, now }: RunStanding): object {
  const { begun, name } = run;
  const ended = look.kind === "ended" ? look.ended : undefined;
  return {
    run: name.id,
    folder: name.folder,
    kind: begun.kind,
    title: begun.title,
    cwd: begun.cwd,
    background: begun.background,
    began: begun.at,
    state: look.kind,
    process: begun.process.pid,
    lastSign: look.kind === "ended" ? look.ended.at : look.lastSign,
    seconds: ended?.seconds ?? Math.max(0, (now - Date.parse(begun.at)) / 1_000),
    doing: look.kind === "ended" ? null : (view.last?.text ?? null),
    running: view.running.map(({ command, since }) => ({ command, since: new Date(since).toISOString() })),
    commands: view.commands,
    edited: [...view.edited],
    tokens: view.tokens ?? null,
    thread: view.threadId ?? begun.resumes,
    turn: view.turnId ?? null,
    outcome: ended?.outcome ?? null,
    cancel: asked === undefined ? null : { at: asked.at, by: asked.by, session: asked.session },
    cancelled:
      done === undefined
        ? null
        : { at: done.at, process: done.process, turn: done.turn, detail: done.detail },
  };
}
