import { Script } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import { schemaCheck } from "#commands/exec/contract/json-schema.ts";

/** As Node ends what has run too long by the clock, so many times. */
function interrupted(times: number): void {
  const run = vi.spyOn(Script.prototype, "runInContext");
  onTestFinished(() => run.mockRestore());
  for (let time = 0; time < times; time += 1) {
    run.mockImplementationOnce(() => {
      const text = "Script execution timed out after 5000ms";
      throw Object.assign(new Error(text), { code: "ERR_SCRIPT_EXECUTION_TIMEOUT" });
    });
  }
}

test("what a machine had no time for is done again, and refuses nothing by itself", async () => {
  interrupted(2);
  const check = await schemaCheck({ type: "object" });
  expect(check([{}])).toBeUndefined();
  expect(check([{}, []])).toEqual({ index: 1, detail: "it must be object" });
});

test("a machine that never has time is not waited for without an end", async () => {
  interrupted(4);
  await expect(schemaCheck({ type: "object" })).rejects.toThrow("timed out");
});
