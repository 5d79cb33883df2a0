import { rmSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { readFinishedHistory } from "#claude/transcript/read-finished-history.ts";
import { called, prompted, said, second, transcriptStage } from "#test/transcript-lines.ts";

const NEVER = new AbortController().signal;

function asked(lastMessage: string | undefined, patience: number) {
  return { since: second(0), lastMessage, patience };
}

test("a transcript that ends in the answer is read at once, however it is spaced", async () => {
  const { path } = transcriptStage(prompted(1, "Do it."), said(2, "It is\n\ndone. "));
  expect(await readFinishedHistory(path, asked("It is done.", 600_000), NEVER)).toMatchObject({
    whole: true,
  });
});

test("an answer that is still to be written is waited for", async () => {
  const stage = transcriptStage(said(1, "Done."), prompted(2, "Again."));
  const later = setTimeout(() => stage.add(called(3, "Bash", {}), said(4, "Done.")), 100);
  const history = await readFinishedHistory(stage.path, asked("Done.", 600_000), NEVER);
  clearTimeout(later);
  expect(history).toMatchObject({ whole: true, records: [{ tool: "Bash", endedAt: second(4) }] });
});

test.each([
  ["another answer", [said(1, "Not yet.")], "Done."],
  ["a call after the answer", [said(1, "Done."), called(2, "Bash", {})], "Done."],
  ["a prompt after the answer", [said(1, "Done."), prompted(2, "Again.")], "Done."],
  ["a sub-agent's answer", [said(1, "Done.", { isSidechain: true })], "Done."],
  ["nothing to compare with", [said(1, "Done.")], undefined],
  ["nothing that was said", [said(1, "Done.")], " "],
])("with %s the history is not whole", async (_what, lines, lastMessage) => {
  const { path } = transcriptStage(...lines);
  expect(await readFinishedHistory(path, asked(lastMessage, 50), NEVER)).toMatchObject({ whole: false });
});

test("without a transcript there is nothing, and the wait ends from outside, for the reason given there", async () => {
  const { path } = transcriptStage();
  rmSync(path);
  expect(await readFinishedHistory(path, asked("Done.", 50), NEVER)).toBeUndefined();
  const ended = new AbortController();
  const reason = new Error("the deadline");
  setTimeout(() => ended.abort(reason), 50);
  await expect(readFinishedHistory(path, asked("Done.", 600_000), ended.signal)).rejects.toBe(reason);
});

test("a clock that is put back makes nobody wait", async () => {
  const { path } = transcriptStage(said(1, "Not yet."));
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const reading = readFinishedHistory(path, asked("Done.", 50), NEVER);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await reading).toMatchObject({ whole: false });
});
