import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeReceipt } from "#runs/receipts.ts";
import { receiptDraft, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import configurations from "../../rolldown.config.ts";

let built = "";

beforeAll(async () => {
  built = realpathSync(mkdtempSync(join(tmpdir(), "countersign-built-")));
  const configuration = configurations.find(
    ({ input }) => typeof input === "object" && "countersign" in input,
  );
  if (configuration === undefined || Array.isArray(configuration.output))
    throw new Error("there is no such entry");
  const bundle = await rolldown(configuration);
  await bundle.write({ ...configuration.output, dir: built });
  await bundle.close();
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

function environmentOf(root: string): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: root, COUNTERSIGN_HOME: root, XDG_CONFIG_HOME: root };
}

function countersign(root: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(built, "countersign.cjs"), ...words], {
    cwd: root,
    env: environmentOf(root),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("the built command line switches, shows and verifies, without any package beside it", () => {
  const { root, userConfig } = freshLocations();
  expect(countersign(root, "off")).toMatchObject({ status: 0, stderr: "" });
  const status = countersign(root, "status");
  expect(status).toMatchObject({ status: 0, stderr: "" });
  expect(status.stdout).toContain(`gate      off in ${root}, because of ${userConfig}\n`);
  expect(countersign(root, "on")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "audit", "verify")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "--help")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "of")).toMatchObject({ status: 2, stdout: "" });
});

test("a reader that closes the pipe early is no error", async () => {
  const { root, ...rest } = freshLocations();
  for (let n = 0; n < 200; n += 1) {
    const draft = receiptDraft({ findings: [], repository: { root: "/x".repeat(500), head: null } });
    await writeReceipt({ root, ...rest }, sessionId("s1"), draft, new AbortController().signal);
  }
  const child = spawn(
    process.execPath,
    [join(built, "countersign.cjs"), "audit", "runs", "--json", "-n", "200"],
    {
      env: environmentOf(root),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
