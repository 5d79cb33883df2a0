import { join } from "node:path";
import { execa } from "execa";
import { eventuallyAsync } from "./eventually.ts";

/** A program in a terminal of its own, as a person sees it: what stands on the screen, not what was printed. */
export type Screen = {
  readonly pid: number;
  /** What stands on the screen and above it. */
  text(): Promise<string>;
  /**
   * Resolves with the screen once it shows all of these texts, wherever its lines are broken; rejects
   * with it after a generous while.
   */
  shows(...texts: readonly string[]): Promise<string>;
  /** Resolves with the screen once none of these texts is on it. */
  hides(...texts: readonly string[]): Promise<string>;
  /** Resolves with the screen once it shows the one text and not the other. */
  settles(shown: string, hidden: string): Promise<string>;
  /** Types the text as it is. */
  type(text: string): Promise<void>;
  /** Presses keys by their names in tmux: Enter, Escape, C-c. */
  press(...keys: readonly string[]): Promise<void>;
  /** Resolves with the exit code once the program has ended; its last screen stays. */
  ended(): Promise<number>;
  /** Takes the terminal away, as a closed window does, and resolves once the program has gone too. Harmless again. */
  close(): Promise<void>;
};

export type ScreenOptions = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A folder of the test's own, for the socket of its tmux. */
  readonly folder: string;
};

let opened = 0;

/** Opens a program in a tmux server that nobody else knows, 110 columns wide. */
export async function openScreen({ command, cwd, env, folder }: ScreenOptions): Promise<Screen> {
  opened += 1;
  const socket = join(folder, `tmux-${opened}`);
  const tmux = async (...words: readonly string[]): Promise<string> => {
    const run = await execa("tmux", ["-u", "-S", socket, "-f", "/dev/null", ...words], {
      cwd,
      env: { TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
      extendEnv: false,
    });
    return run.stdout;
  };
  await tmux(
    ...["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"],
    ...["set-option", "-g", "history-limit", "5000", ";"],
    ...["new-session", "-d", "-x", "110", "-y", "60", "--", ...command],
  );
  let isClosed = false;
  const asked = (format: string): Promise<string> => tmux("display-message", "-p", format);
  const pid = Number(await asked("#{pane_pid}"));
  const server = Number(await asked("#{pid}"));
  const text = (): Promise<string> => tmux("capture-pane", "-p", "-J", "-S", "-");
  return {
    pid,
    text,
    shows: (...texts) =>
      untilScreen(text, (seen) => texts.every((wanted) => seen.includes(wanted)), `shows ${texts}`),
    hides: (...texts) =>
      untilScreen(text, (seen) => !texts.some((unwanted) => seen.includes(unwanted)), `hides ${texts}`),
    settles: (shown, hidden) =>
      untilScreen(
        text,
        (seen) => seen.includes(shown) && !seen.includes(hidden),
        `shows ${shown} and hides ${hidden}`,
      ),
    type: async (keys) => {
      await tmux("send-keys", "-l", keys);
    },
    press: async (...keys) => {
      await tmux("send-keys", ...keys);
    },
    ended: async () => {
      await eventuallyAsync(
        async () => (await asked("#{pane_dead}")) === "1",
        () => `process ${pid} has ended`,
      );
      return Number(await asked("#{pane_dead_status}"));
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await tmux("kill-server");
      await eventuallyAsync(
        async () => !isRunning(pid) && !isRunning(server),
        () => `process ${pid} has gone with its terminal, and tmux itself`,
      );
    },
  };
}

/** A program breaks its own lines, so blanks and line ends are all the same here. */
async function untilScreen(
  text: () => Promise<string>,
  holds: (seen: string) => boolean,
  what: string,
): Promise<string> {
  let seen = "";
  await eventuallyAsync(
    async () => {
      seen = await text();
      return holds(seen.replace(/\s+/g, " "));
    },
    () => `the screen ${what}:\n${seen.trimEnd()}`,
  );
  return seen;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
