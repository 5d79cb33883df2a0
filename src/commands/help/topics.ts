/** Something that is explained across commands. Its text is loaded only when it is asked for. */
export type Topic = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<string>;
};

/** Every topic of `countersign help`. None has the name of a command. */
export const TOPICS: readonly Topic[] = [
  {
    name: "choosing",
    summary: "Which of gate, review, exec and thread is for which work.",
    load: async () => (await import("./choosing.ts")).CHOOSING,
  },
  {
    name: "contracts",
    summary: "What a task for exec may say, and how it is told whether it was done.",
    load: async () => (await import("./contracts.ts")).CONTRACTS,
  },
];
