import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCodex, supportsSharedSocket } from "#codex/installation.ts";

const signal = AbortSignal.timeout(50_000);
const CPU = process.arch === "arm64" ? "aarch64" : "x86_64";
const TRIPLE = `${CPU}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl"}`;
const PACKAGE = `@openai/codex-${process.platform}-${process.arch}`;
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-installation-")));
});
afterEach(() => rmSync(root, { recursive: true }));

function program(path: string, version: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "codex-cli ${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

function wrapper(packageRoot: string): string {
  const path = join(packageRoot, "bin/codex.js");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "#!/bin/sh\nexit 9\n");
  chmodSync(path, 0o755);
  return path;
}

function platformPackage(packageRoot: string, version: string, folder = "bin"): string {
  mkdirSync(packageRoot, { recursive: true });
  writeFileSync(join(packageRoot, "package.json"), JSON.stringify({ name: PACKAGE }));
  return program(join(packageRoot, "vendor", TRIPLE, folder, "codex"), version);
}

function linked(target: string): string {
  const bin = join(root, "bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(target, join(bin, "codex"));
  return bin;
}

test.each([
  ["nested below the wrapper", `lib/node_modules/@openai/codex/node_modules/${PACKAGE}`],
  ["hoisted beside it", `lib/node_modules/${PACKAGE}`],
])("the native binary is found through the npm wrapper: %s", async (_case, packageRoot) => {
  const bin = linked(wrapper(join(root, "lib/node_modules/@openai/codex")));
  const native = platformPackage(join(root, packageRoot), "0.169.0");
  expect(await findCodex({ PATH: bin }, signal)).toEqual({
    path: native,
    launchedFrom: join(bin, "codex"),
    version: "0.169.0",
  });
});

test("older packages keep the binary in their own vendor folder, under another name", async () => {
  const packageRoot = join(root, "lib/node_modules/@openai/codex");
  const bin = linked(wrapper(packageRoot));
  const native = program(join(packageRoot, "vendor", TRIPLE, "codex/codex"), "0.120.0");
  expect(await findCodex({ PATH: bin }, signal)).toMatchObject({ path: native, version: "0.120.0" });
});

test("a standalone binary behind a link is taken as it is", async () => {
  const native = program(join(root, "Cellar/codex/0.150.0/bin/codex"), "0.150.0-alpha.1");
  expect(await findCodex({ PATH: linked(native) }, signal)).toMatchObject({
    path: native,
    version: "0.150.0-alpha.1",
  });
});

test("COUNTERSIGN_CODEX wins over PATH", async () => {
  const bin = linked(program(join(root, "one/codex"), "0.150.0"));
  const other = program(join(root, "other/codex"), "0.160.0");
  const found = await findCodex({ PATH: bin, COUNTERSIGN_CODEX: other }, signal);
  expect(found).toEqual({ path: other, launchedFrom: other, version: "0.160.0" });
});

test("a relative entry of PATH is passed over: a repository could fill it", async () => {
  const first = join(root, "repository");
  program(join(first, "codex"), "9.9.9");
  const before = process.cwd();
  process.chdir(first);
  try {
    await expect(findCodex({ PATH: ".:" }, signal)).rejects.toMatchObject({
      failure: { kind: "codex-missing" },
    });
  } finally {
    process.chdir(before);
  }
});

test.each([
  ["nothing on PATH", {}],
  ["a named file that is not there", { COUNTERSIGN_CODEX: "/nonexistent/codex" }],
])("missing: %s", async (_case, environment) => {
  await expect(findCodex(environment, signal)).rejects.toMatchObject({ failure: { kind: "codex-missing" } });
});

test("one that does not start is not called missing", async () => {
  const broken = wrapper(root);
  await expect(findCodex({ COUNTERSIGN_CODEX: broken }, signal)).rejects.toMatchObject({
    failure: { kind: "codex-unusable", path: broken, detail: expect.stringContaining("Command failed") },
  });
});

test("too old names the program that was found", async () => {
  const old = program(join(root, "codex"), "0.117.9");
  await expect(findCodex({ COUNTERSIGN_CODEX: old }, signal)).rejects.toMatchObject({
    failure: { kind: "codex-too-old", path: old, version: "0.117.9", needed: "0.118.0" },
  });
});

test.each([
  ["0.118.0", false],
  ["0.127.9", false],
  ["0.128.0", true],
  ["0.169.0", true],
  ["1.0.0", true],
])("%s shares a socket: %s", (version, shares) => {
  expect(supportsSharedSocket(version)).toBe(shares);
});
