import type { Output } from "#commands/command.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { eventLine } from "./event-line.ts";
import { cellsOf, fitted } from "./fitted.ts";
import { noEventYet, viewAfter } from "./run-view.ts";
import { standingLine } from "./standing.ts";

/** What shows how a run goes on while somebody looks on. */
export type RunProgress = {
  /** Shows one event. */
  readonly say: (event: RunEvent) => void;
  /** Takes note of an event that is not to be shown. */
  readonly note: (event: RunEvent) => void;
  /** Takes away what is not to stay on the screen. To be called however the run ended; harmless again. */
  readonly end: () => void;
};

export type ProgressOptions = {
  /** When the run began. */
  readonly began: Date;
  /** Where it works. */
  readonly cwd: string;
  /** Nothing is shown. */
  readonly quiet: boolean;
};

const TICK_MS = 1_000;
/** Where a terminal does not tell. */
const USUAL_CELLS = 80;

/**
 * Shows a run's events as they come, a line for each. On a terminal a last line tells how the run
 * stands, and is written over each second; what would not fit is cut, so that it never wraps. No
 * escape sequence is used and no cursor hidden: colours are none, a dumb terminal does, and whatever
 * ends the process leaves the terminal as it was.
 */
export function progressOn(output: Output, { began, cwd, quiet }: ProgressOptions): RunProgress {
  if (quiet) return { say: () => undefined, note: () => undefined, end: () => undefined };
  let view = noEventYet(began.getTime(), cwd);
  let isOver = false;
  const footer = footerOn(output);
  const paint = (line?: string): void => footer.paint(line, (cells) => standingLine(view, Date.now(), cells));
  const ticking = output.isTerminal ? setInterval(paint, TICK_MS).unref() : undefined;
  return {
    say(event) {
      const line = eventLine(view, event);
      view = viewAfter(view, event);
      if (!isOver) paint(line);
    },
    note(event) {
      view = viewAfter(view, event);
    },
    end() {
      isOver = true;
      clearInterval(ticking);
      footer.clear();
    },
  };
}

type Footer = {
  /** Writes a line that stays, where there is one, and below it the one that is written over, in one go. */
  readonly paint: (line: string | undefined, below: (cells: number) => string) => void;
  readonly clear: () => void;
};

/** The last cell of a row stays free: many terminals wrap as soon as it is filled. */
function footerOn(output: Output): Footer {
  let shown = "";
  const cells = (): number => Math.max(1, (output.columns?.() ?? USUAL_CELLS) - 1);
  // Of a terminal that is narrower than before no more is blanked than it is wide now.
  const blanks = (): string =>
    shown === "" ? "" : `\r${" ".repeat(Math.min(cellsOf(shown) + ECHO_CELLS, cells()))}\r`;
  return {
    paint(line, below) {
      if (!output.isTerminal) {
        if (line !== undefined) output.write(`${line}\n`);
        return;
      }
      const above = line === undefined ? "" : `${fitted(line, cells())}\n`;
      const next = below(cells() - ECHO_CELLS);
      if (above === "" && next === shown) return;
      output.write(`${blanks()}${above}${next}`);
      shown = next;
    },
    clear() {
      if (shown !== "") output.write(blanks());
      shown = "";
    },
  };
}

/** The terminal itself writes `^C` behind the line when that is typed. */
const ECHO_CELLS = 2;
