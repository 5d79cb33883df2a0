import { expect, test } from "vitest";
import { execArguments } from "#codex/exec/exec-arguments.ts";
import type { ExecRequest } from "#codex/exec/exec-request.ts";

function words(more: Partial<ExecRequest> = {}, version = "0.169.0"): readonly string[] {
  return execArguments({
    installation: { path: "/codex", launchedFrom: "/codex", version },
    environment: {},
    cwd: "/work",
    instruction: "Secret words.",
    sandbox: "read-only",
    tools: { commands: true, web: false, image: false, servers: [], configured: [] },
    model: undefined,
    effort: undefined,
    images: [],
    schemaFile: undefined,
    ephemeral: false,
    temporary: undefined,
    mountPoints: [],
    mark: "20260102T030405678Z-0a1b2c3d",
    seconds: 1,
    ...more,
  });
}

test("rules that let commands out are left out where there is a sandbox, and the version knows how", () => {
  expect(words()).toContain("--ignore-rules");
  expect(words({ sandbox: "workspace-write" }, "0.140.0")).toContain("--ignore-rules");
  expect(words({}, "0.139.0")).not.toContain("--ignore-rules");
  expect(words({ sandbox: "danger-full-access" })).not.toContain("--ignore-rules");
});

test("what is asked for is a word of its own, whatever it holds, and the instruction is none", () => {
  const asked = words({
    model: "-m x",
    effort: 'hi"gh\n',
    images: ["/work/a b.png", "/work/-c.png"],
    schemaFile: "/state/schema.json",
    ephemeral: true,
  });
  expect(asked).toEqual(
    expect.arrayContaining([
      "--model=-m x",
      'model_reasoning_effort="hi\\"gh\\n"',
      "--image=/work/a b.png",
      "--image=/work/-c.png",
      "--output-schema=/state/schema.json",
      "--ephemeral",
    ]),
  );
  expect(asked.join(" ")).not.toContain("Secret words.");
  expect([asked[0], asked.at(-1)]).toEqual(["exec", "-"]);
});

test("only the tools that are asked for stay on", () => {
  const off = words();
  expect(off).toEqual(expect.arrayContaining(['web_search="disabled"', "features.image_generation=false"]));
  expect(off).not.toContain("features.shell_tool=false");
  const configured = [
    { name: "one", enabled: true },
    { name: "two", enabled: true },
    { name: "three", enabled: false },
  ];
  const on = words({ tools: { commands: false, web: true, image: true, servers: ["two"], configured } });
  expect(on).toContain("features.shell_tool=false");
  expect(on).not.toContain('web_search="disabled"');
  expect(on).not.toContain("features.image_generation=false");
  expect(on.filter((word) => word.startsWith("mcp_servers"))).toEqual(["mcp_servers.one.enabled=false"]);
});

test("sub-agents are off where the key is known", () => {
  expect(words()).toContain("agents.enabled=false");
  expect(words({}, "0.140.0")).not.toContain("agents.enabled=false");
});
