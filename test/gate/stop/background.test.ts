import { describe, expect, test } from "vitest";
import { type BackgroundTask, tasksSeen, tasksToWaitFor } from "#gate/stop/background.ts";

const server: BackgroundTask = { id: "b1", type: "shell", status: "running" };
const agent: BackgroundTask = { id: "a1", type: "subagent", status: "running" };

describe("tasksToWaitFor", () => {
  test("waits for what runs, and not for what has ended", () => {
    const ended = { ...server, id: "b2", status: "completed" };
    expect(tasksToWaitFor([server, agent, ended], [], "p1")).toEqual([server, agent]);
  });

  test("waits for a shell in the prompt that met it first, and in no later one", () => {
    const seen = tasksSeen([], [server], "p1");
    expect(tasksToWaitFor([server], seen, "p1")).toEqual([server]);
    expect(tasksToWaitFor([server], seen, "p2")).toEqual([]);
    expect(tasksToWaitFor([{ ...server, id: "b2" }], seen, "p2")).toHaveLength(1);
  });

  test("always waits for a sub-agent", () => {
    expect(tasksToWaitFor([agent], tasksSeen([], [agent], "p1"), "p2")).toEqual([agent]);
  });

  test("without prompt ids or task ids it waits: it cannot know better", () => {
    const nameless: BackgroundTask = { type: "shell", status: "running" };
    expect(tasksToWaitFor([server], tasksSeen([], [server], null), null)).toEqual([server]);
    expect(tasksToWaitFor([nameless], tasksSeen([], [nameless], "p1"), "p2")).toEqual([nameless]);
  });
});

describe("tasksSeen", () => {
  test("keeps the first prompt of a task, and not more than a hundred tasks", () => {
    const first = tasksSeen([], [server], "p1");
    expect(tasksSeen(first, [server], "p2")).toEqual(first);
    const many = Array.from({ length: 150 }, (_none, index) => ({ ...server, id: `b${index}` }));
    const kept = tasksSeen([], many, "p1");
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)).toEqual({ id: "b149", promptId: "p1" });
  });
});
