import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ReviewerChoice, reviewerDigest } from "#codex/reviewer-digest.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const CHOSEN: ReviewerChoice = { model: "gpt-x", effort: "medium" };
const LEFT: ReviewerChoice = { effort: "medium" };

type Asked = {
  readonly version?: string;
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A home of Codex with a program, a way to write its files, and to ask for the digest. */
function place() {
  const codexHome = scratchFolder();
  const write = (name: string) => (text: string) => writeFileSync(join(codexHome, name), text);
  const program = join(codexHome, "codex");
  write("codex")("#!/bin/sh\n");
  return {
    program,
    configure: write("config.toml"),
    setVariables: write(".env"),
    digest(choice: ReviewerChoice, { version = "0.169.0", path = program, environment = {} }: Asked = {}) {
      const installation = { path, launchedFrom: "/usr/bin/codex", version };
      return reviewerDigest({ installation, codexHome, environment }, choice);
    },
  };
}

test("a configured model and its effort decide, and neither the version nor what else is configured", () => {
  const { configure, digest } = place();
  configure('model = "x"');
  const before = digest(CHOSEN);
  configure('model = "x"\nhide_agent_reasoning = true');
  expect(digest(CHOSEN, { version: "0.170.0" })).toBe(before);
  expect(digest({ ...CHOSEN, model: "gpt-y" })).not.toBe(before);
  expect(digest({ ...CHOSEN, effort: "high" })).not.toBe(before);
});

test("where Codex chooses, its version, its configuration and the effort decide", () => {
  const { configure, digest } = place();
  const bare = digest(LEFT);
  configure('model = "x"');
  const x = digest(LEFT);
  configure('model = "y"');
  const y = digest(LEFT);
  const others = [digest(LEFT, { version: "0.170.0" }), digest({ effort: "high" }), digest(CHOSEN)];
  expect(new Set([bare, x, y, ...others]).size).toBe(6);
  configure('model = "x"');
  expect(digest(LEFT)).toBe(x);
});

test.each([
  ["configured", CHOSEN],
  ["Codex's own", LEFT],
])("another place to ask under the name of the same model is another reviewer: %s", (_what, choice) => {
  const { configure, setVariables, program, digest } = place();
  const before = digest(choice);
  const moved = ["OPENAI_BASE_URL", "https_proxy", "SSL_CERT_FILE"].map((name) =>
    digest(choice, { environment: { [name]: "http://127.0.0.1:1" } }),
  );
  const copy = `${program}-copy`;
  copyFileSync(program, copy);
  const another = digest(choice, { path: copy });
  configure('[model_providers.x]\nbase_url = "http://127.0.0.1:1"');
  const provider = digest(choice);
  setVariables("OPENAI_BASE_URL=http://127.0.0.1:1");
  const variables = digest(choice);
  writeFileSync(program, "#!/bin/sh\nexec evil\n");
  const replaced = digest(choice);
  const all = [before, ...moved, another, provider, variables, replaced, place().digest(choice)];
  expect(new Set(all).size).toBe(all.length);
});

test("what leads nowhere else is the same reviewer, in a hook and in a terminal", () => {
  const { digest } = place();
  const environment = { PATH: "/usr/bin", TERM: "xterm", OPENAI_API_KEY: "k" };
  expect(digest(CHOSEN, { environment })).toBe(digest(CHOSEN, { environment: { PATH: "/bin" } }));
});
