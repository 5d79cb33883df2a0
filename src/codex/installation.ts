import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { errorText } from "#base/fault.ts";
import { findProgram, isProgram } from "#base/find-program.ts";
import { clip } from "#base/text.ts";
import { CodexFault } from "./fault.ts";
import { lastWords } from "./last-words.ts";

/** One installed Codex. */
export type CodexInstallation = {
  /** The real path of the native binary. */
  readonly path: string;
  /** What was found on PATH, or what COUNTERSIGN_CODEX names: often a Node wrapper or a link. */
  readonly launchedFrom: string;
  readonly version: string;
};

/** The oldest version whose app-server answers what is asked of it here. */
const OLDEST = "0.118.0";
/** The first version whose `--listen unix://` can be connected to. */
const OLDEST_SHARED = "0.128.0";
const PROGRAMS = process.platform === "win32" ? ["codex.exe", "codex.cmd"] : ["codex"];
const VERSION_TIME_LIMIT_MS = 10_000;
const DETAIL_CHARACTERS = 600;

/**
 * The npm package's own table of platform packages and target triples (bin/codex.js).
 * Android counts as Linux there.
 */
const TARGETS: Readonly<Record<string, { readonly name: string; readonly triple: string }>> = {
  "linux-x64": { name: "@openai/codex-linux-x64", triple: "x86_64-unknown-linux-musl" },
  "linux-arm64": { name: "@openai/codex-linux-arm64", triple: "aarch64-unknown-linux-musl" },
  "android-x64": { name: "@openai/codex-linux-x64", triple: "x86_64-unknown-linux-musl" },
  "android-arm64": { name: "@openai/codex-linux-arm64", triple: "aarch64-unknown-linux-musl" },
  "darwin-x64": { name: "@openai/codex-darwin-x64", triple: "x86_64-apple-darwin" },
  "darwin-arm64": { name: "@openai/codex-darwin-arm64", triple: "aarch64-apple-darwin" },
  "win32-x64": { name: "@openai/codex-win32-x64", triple: "x86_64-pc-windows-msvc" },
  "win32-arm64": { name: "@openai/codex-win32-arm64", triple: "aarch64-pc-windows-msvc" },
};

/**
 * Returns the Codex that `environment` leads to: COUNTERSIGN_CODEX where set, else the first on
 * PATH. The native binary is resolved through the npm wrapper, for the wrapper costs 40 ms at each
 * start and, killed, leaves the real process behind.
 *
 * @throws CodexFault `codex-missing`, `codex-unusable` where it does not even say its version,
 * `codex-too-old`; or `signal`'s reason.
 */
export async function findCodex(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<CodexInstallation> {
  const launchedFrom = named(environment) ?? findProgram(PROGRAMS, environment);
  if (launchedFrom === undefined) throw new CodexFault({ kind: "codex-missing" });
  const path = nativeBinary(launchedFrom);
  const version = await readVersion(path, environment, signal);
  if (isOlder(version, OLDEST)) {
    throw new CodexFault({ kind: "codex-too-old", path: launchedFrom, version, needed: OLDEST });
  }
  return { path, launchedFrom, version };
}

/** Returns whether that version's server can be shared over a Unix socket. */
export function supportsSharedSocket(version: string): boolean {
  return process.platform !== "win32" && !isOlder(version, OLDEST_SHARED);
}

function named(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const path = environment["COUNTERSIGN_CODEX"];
  if (path === undefined || path === "") return undefined;
  if (!isAbsolute(path) || !isProgram(path)) throw new CodexFault({ kind: "codex-missing" });
  return path;
}

/** A launcher that is none of the known wrappers is taken for the binary itself (standalone, Homebrew). */
function nativeBinary(launchedFrom: string): string {
  const launcher = realpathSync(launchedFrom);
  const wrapper = /\.cmd$/i.test(launcher) ? shimTarget(launcher) : launcher;
  if (!/[\\/]codex\.js$/.test(wrapper)) return launcher;
  return platformBinary(wrapper) ?? launcher;
}

/** npm puts `codex.cmd` beside the `node_modules` that holds the package. */
function shimTarget(shim: string): string {
  return join(dirname(shim), "node_modules", "@openai", "codex", "bin", "codex.js");
}

/** Looks where the wrapper looks: the platform package as Node resolves it, else its own `vendor`. */
function platformBinary(wrapper: string): string | undefined {
  const target = TARGETS[`${process.platform}-${process.arch}`];
  if (target === undefined) return undefined;
  const program = process.platform === "win32" ? "codex.exe" : "codex";
  return [platformPackage(wrapper, target.name), dirname(dirname(wrapper))]
    .filter((root) => root !== undefined)
    .flatMap((root) => ["bin", "codex"].map((folder) => join(root, "vendor", target.triple, folder, program)))
    .find((path) => existsSync(path));
}

function platformPackage(wrapper: string, name: string): string | undefined {
  try {
    return dirname(createRequire(wrapper).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

async function readVersion(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], {
      env: { ...environment },
      timeout: VERSION_TIME_LIMIT_MS,
      windowsHide: true,
      signal,
    });
    return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? "";
  } catch (error) {
    signal.throwIfAborted();
    const detail = clip(lastWords(errorText(error)), DETAIL_CHARACTERS);
    throw new CodexFault({ kind: "codex-unusable", path, detail }, { cause: error });
  }
}

/** Compares the three numbers; what follows them (`-alpha.1`) does not count. No numbers: not older. */
/** Returns whether a version (`0.169.0`) comes before another. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  const place = left.findIndex((number, index) => number !== right[index]);
  return place >= 0 && (left[place] ?? 0) < (right[place] ?? 0);
}

function numbers(version: string): readonly number[] {
  return (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);
}
