import { expect, test } from "vitest";
import { listThreads } from "#codex/thread/list-threads.ts";
import { scriptedServer } from "#test/scripted-server.ts";

const thread = (id: string, more: object = {}) => ({ id, createdAt: 1, updatedAt: 2, ...more });

test("threads are read page by page, and no page more than is wanted", async () => {
  const pages = [
    { data: [thread("a", { status: { type: "active" }, name: "A" }), thread("b")], nextCursor: "next" },
    { data: [thread("c")], nextCursor: null },
  ];
  const scene = scriptedServer({ "thread/list": () => pages[scene.asked.length - 1] ?? {} });
  const seen: unknown[] = [];
  for await (const one of listThreads(scene.server, true, new AbortController().signal)) seen.push(one);
  expect(seen).toMatchObject([
    { id: "a", name: "A", active: true, archived: true, createdAt: 1_000, updatedAt: 2_000 },
    { id: "b", name: undefined, active: false, preview: "" },
    { id: "c" },
  ]);
  expect(scene.asked.map(({ params }) => params)).toMatchObject([{ cursor: null }, { cursor: "next" }]);
});
