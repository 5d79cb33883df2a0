import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseShape } from "#base/json.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { probeSandbox } from "#codex/review/sandbox-probe.ts";

const Params = z.looseObject({ cwd: z.string() });

/** A server whose sandbox lets a command do what `run` does in its folder, and shows what that returns. */
function serverWith(run: (folder: string) => string): AppServer {
  return {
    kind: "private",
    version: "0.169.0",
    codexHome: "/codex",
    lost: new AbortController().signal,
    request: async (_method, params, result) => {
      const { cwd } = parseShape(params, Params);
      return parseShape({ exitCode: 0, stdout: run(cwd), stderr: "" }, result);
    },
    listen: () => () => undefined,
    close: async () => undefined,
  };
}

const readable = (folder: string) => readFileSync(join(folder, "readable"), "utf8");
const secret = (folder: string) => readFileSync(join(folder, ".env"), "utf8");
const processes = () => readlinkSync("/proc/self/ns/pid");

test.each<readonly [string, (folder: string) => string, object]>([
  ["reads what it may", readable, { kind: "holds" }],
  ["has processes of its own", (folder) => `${readable(folder)}pid:[1]`, { kind: "holds" }],
  ["reads nothing", () => "", { kind: "unusable", detail: "exit 0" }],
  [
    "reads a secret",
    (folder) => readable(folder) + secret(folder),
    { kind: "no-deny-read", detail: "a denied file could be read" },
  ],
  [
    "writes",
    (folder) => {
      writeFileSync(join(folder, "written"), "");
      return readable(folder);
    },
    { kind: "unusable", detail: "a command could write" },
  ],
  [
    "could leave a process behind",
    (folder) => `${readable(folder)}${processes()}\n`,
    { kind: "unusable", detail: "a command would not end with its review" },
  ],
])("a sandbox in which a command %s", async (_what, run, probe) => {
  expect(await probeSandbox(serverWith(run), new AbortController().signal)).toEqual(probe);
});
