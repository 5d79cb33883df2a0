import type { Dice } from "#test/seeded-dice.ts";

/** A work tree as the model of the host sees it: faults that a reviewer would find, and other text. */
export type Work = { readonly bugs: readonly string[]; readonly text: number };

/** What an agent does until it stops: the tree afterwards, and whether it called any tool. */
type Turn = { readonly work: Work; readonly tools: boolean };

/** An agent: how it begins a prompt's work, and what it does when it is held back. */
export type Agent = {
  readonly name: string;
  readonly begin: (work: Work, dice: Dice) => Turn;
  readonly heldBack: (work: Work, dice: Dice) => Turn;
};

const BUGS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

function withBugs(work: Work, dice: Dice): Turn {
  const bugs = BUGS.slice(0, 1 + dice.below(BUGS.length));
  return { work: { bugs, text: work.text + 1 }, tools: true };
}

function idle(work: Work): Turn {
  return { work, tools: false };
}

/** Stops again and again without doing anything. */
const stubborn: Agent = { name: "stubborn", begin: withBugs, heldBack: idle };

/** Reads and runs things, so that the host's own count begins anew, and changes nothing. */
const busy: Agent = { name: "busy", begin: withBugs, heldBack: (work) => ({ work, tools: true }) };

/** Changes something each time, and never what is wrong. */
const evasive: Agent = {
  name: "evasive",
  begin: withBugs,
  heldBack: ({ bugs, text }) => ({ work: { bugs, text: text + 1 }, tools: true }),
};

/** Goes to and fro between two ways of being wrong. */
const oscillating: Agent = {
  name: "oscillating",
  begin: ({ text }) => ({ work: { bugs: ["a"], text }, tools: true }),
  heldBack: ({ bugs, text }) => ({ work: { bugs: bugs[0] === "a" ? ["b"] : ["a"], text }, tools: true }),
};

/** Mends one thing each time. */
const slow: Agent = {
  name: "slow",
  begin: withBugs,
  heldBack: ({ bugs, text }) => ({ work: { bugs: bugs.slice(1), text: text + 1 }, tools: true }),
};

/** Mends one thing, and now and then breaks another. */
const clumsy: Agent = {
  name: "clumsy",
  begin: withBugs,
  heldBack: ({ bugs, text }, dice) => {
    const broken = dice.once(2) ? [dice.pick(BUGS)] : [];
    const left = [...new Set([...bugs.slice(1), ...broken])].sort();
    return { work: { bugs: left, text: text + 1 }, tools: true };
  },
};

/** Mends all of it at once. */
const obedient: Agent = {
  name: "obedient",
  begin: (work, dice) => (dice.once(4) ? idle(work) : withBugs(work, dice)),
  heldBack: ({ text }) => ({ work: { bugs: [], text: text + 1 }, tools: true }),
};

export const AGENTS: readonly Agent[] = [stubborn, busy, evasive, oscillating, slow, clumsy, obedient];
