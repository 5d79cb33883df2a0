import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCodex, findCodexOn, supportsSharedSocket } from "#codex/installation.ts";

const { signal } = new AbortController();
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
  ["nothing on PATH", {}, ""],
  [
    "a named file that is not there",
    { COUNTERSIGN_CODEX: "/nonexistent/codex" },
    "COUNTERSIGN_CODEX names /nonexistent/codex, which is no program",
  ],
  [
    "a relative name",
    { COUNTERSIGN_CODEX: "bin/codex" },
    "COUNTERSIGN_CODEX names bin/codex, which is no absolute path",
  ],
])("missing: %s", async (_case, environment, detail) => {
  const failure = { kind: "codex-missing", detail };
  await expect(findCodex(environment, signal)).rejects.toMatchObject({ failure });
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

describe("on Windows", () => {
  const machine = { platform: "win32", arch: "x64" } as const;
  const find = (environment: Readonly<Record<string, string>>) => findCodexOn(machine, environment, signal);
  const SHIM = '@"%~dp0\\node.exe" "%~dp0\\node_modules\\@openai\\codex\\bin\\codex.js" %*\r\n';
  const VENDOR = "vendor/x86_64-pc-windows-msvc/bin/codex.exe";

  /** As `npm install -g` leaves it: a shim without the right to be executed, and the package beside it. */
  function globalInstall(prefix: string): { readonly shim: string; readonly native: string } {
    const packages = join(prefix, "node_modules/@openai");
    wrapper(join(packages, "codex"));
    mkdirSync(join(packages, "codex-win32-x64"), { recursive: true });
    writeFileSync(join(packages, "codex-win32-x64/package.json"), '{"name":"@openai/codex-win32-x64"}');
    const native = program(join(packages, "codex-win32-x64", VENDOR), "0.169.0");
    writeFileSync(join(prefix, "codex.cmd"), SHIM, { mode: 0o644 });
    return { shim: join(prefix, "codex.cmd"), native };
  }

  test.each(["plain", "with space", "a & b", "it's (x86) %PATH% ^caret", 'a "quoted" one'])(
    "with only a shim on PATH, in a folder named %s, the program itself is started",
    async (name) => {
      const { shim, native } = globalInstall(join(root, name));
      const Path = name.includes('"') ? undefined : `C:relative;"${join(root, name)}"`;
      const environment = Path === undefined ? { COUNTERSIGN_CODEX: shim } : { Path };
      expect(await find(environment)).toEqual({ path: native, launchedFrom: shim, version: "0.169.0" });
    },
  );

  test("a program before the shim is taken as it is", async () => {
    const { shim } = globalInstall(join(root, "npm"));
    const own = program(join(root, "programs/codex.exe"), "0.150.0");
    const Path = `${join(root, "programs")};${join(shim, "..")}`;
    expect(await find({ Path })).toEqual({ path: own, launchedFrom: own, version: "0.150.0" });
  });

  test("a shim that leads nowhere is no codex, and no shell is asked to start it", async () => {
    const marker = join(root, "started");
    mkdirSync(join(root, "npm"));
    writeFileSync(join(root, "npm/codex.cmd"), `#!/bin/sh\n: > '${marker}'\n`, { mode: 0o755 });
    await expect(find({ PATH: join(root, "npm") })).rejects.toMatchObject({
      failure: {
        kind: "codex-unusable",
        path: join(root, "npm/codex.cmd"),
        detail: "it leads to no program",
      },
    });
    expect(existsSync(marker)).toBe(false);
  });

  test("no version shares a socket", () => {
    expect(supportsSharedSocket("0.169.0", "win32")).toBe(false);
    expect(supportsSharedSocket("0.169.0", "darwin")).toBe(true);
  });
});
