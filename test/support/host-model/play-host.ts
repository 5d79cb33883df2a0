import type { BackgroundTask } from "#gate/stop/background.ts";
import type { Dice } from "#test/seeded-dice.ts";
import { AGENTS, type Agent, type Work } from "./agents.ts";

/** What the host's Stop hook is asked, and what it answered. */
export type HostStop = {
  /** Counted by the host; machine-made prompts count too. */
  readonly prompt: number;
  readonly promptId: string | undefined;
  readonly stopHookActive: boolean;
  readonly tasks: readonly BackgroundTask[];
  readonly work: Work;
  /** Minutes since the session began. */
  readonly minute: number;
};

/** What the host made of the answer. */
export type HostEvent = {
  readonly stop: HostStop;
  readonly held: boolean;
  /** The host let the agent stop although the hook had held it back. */
  readonly overridden: boolean;
};

/** Which of the host's habits hold in one session. All of them were seen. */
export type Habits = {
  readonly agent: Agent;
  /** Older hosts do not name their prompts. */
  readonly namesPrompts: boolean;
  /** `stop_hook_active` is false on some repeats. */
  readonly flagLies: boolean;
  readonly startsTasks: boolean;
  /** Blocks in a row without a tool call in between, after which the host lets the agent stop. */
  readonly cap: number;
};

type Host = {
  work: Work;
  prompt: number;
  minute: number;
  tasks: BackgroundTask[];
  readonly events: HostEvent[];
};

type Hook = (stop: HostStop) => boolean | Promise<boolean>;

const PROMPTS = 4;
/** No prompt of any trace may come near it: a loop that does not end is a finding, not a hang. */
const ENDLESS = 100;

export function habitsOf(dice: Dice): Habits {
  return {
    agent: dice.pick(AGENTS),
    namesPrompts: !dice.once(3),
    flagLies: dice.once(3),
    startsTasks: dice.once(3),
    cap: 8,
  };
}

/**
 * Plays a session of the host against a Stop hook that answers whether it holds the agent back:
 * prompts of a person, and those that the host makes itself when a background task ends.
 */
export async function playHost(habits: Habits, dice: Dice, hook: Hook): Promise<readonly HostEvent[]> {
  const host: Host = { work: { bugs: [], text: 0 }, prompt: 0, minute: 0, tasks: [], events: [] };
  for (let count = 0; count < PROMPTS; count += 1) {
    await playPrompt(host, { habits, dice, hook });
    while (host.tasks.length > 0) {
      host.tasks.shift();
      await playPrompt(host, { habits, dice, hook });
    }
  }
  return host.events;
}

type Play = { readonly habits: Habits; readonly dice: Dice; readonly hook: Hook };

/** One prompt: the agent works, stops, and goes on for as long as it is held back. */
async function playPrompt(host: Host, { habits, dice, hook }: Play): Promise<void> {
  host.prompt += 1;
  host.work = habits.agent.begin(host.work, dice).work;
  if (habits.startsTasks && host.tasks.length === 0 && dice.once(3)) {
    host.tasks.push({ id: `t${host.prompt}`, type: dice.pick(["shell", "subagent"]), status: "running" });
  }
  let inARow = 0;
  for (let stops = 0; stops < ENDLESS; stops += 1) {
    host.minute += 1 + dice.below(7);
    const stop = stopOf(host, habits, { repeated: stops > 0, lies: dice.once(2) });
    const held = await hook(stop);
    inARow += 1;
    const overridden = held && inARow > habits.cap;
    host.events.push({ stop, held, overridden });
    // Esc in the turn that follows a block: the person's next prompt comes without a stop before it.
    if (!held || overridden || dice.once(20)) return;
    const turn = habits.agent.heldBack(host.work, dice);
    if (turn.tools) inARow = 0;
    host.work = turn.work;
  }
  throw new Error(`${habits.agent.name} was never let through`);
}

function stopOf(
  { prompt, tasks, work, minute }: Host,
  { namesPrompts, flagLies }: Habits,
  { repeated, lies }: { readonly repeated: boolean; readonly lies: boolean },
): HostStop {
  return {
    prompt,
    promptId: namesPrompts ? `p${prompt}` : undefined,
    stopHookActive: repeated && !(flagLies && lies),
    tasks: [...tasks],
    work,
    minute,
  };
}
