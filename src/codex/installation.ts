import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "#base/environment.ts";
import { errorText } from "#base/fault.ts";
import { findProgram, isProgram, programNames } from "#base/find-program.ts";
import { shimTarget } from "#base/npm-shim.ts";
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

/** For which system programs are looked for and started. */
export type Machine = { readonly platform: NodeJS.Platform; readonly arch: string };

/** The oldest version whose app-server answers what is asked of it here. */
const OLDEST = "0.118.0";
/** The first version whose `--listen unix://` can be connected to. */
const OLDEST_SHARED = "0.128.0";
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
export async function findCodex(environment: Environment, signal: AbortSignal): Promise<CodexInstallation> {
  return await findCodexOn(process, environment, signal);
}

/**
 * Returns the same for a given kind of machine.
 *
 * @throws as `findCodex`.
 */
export async function findCodexOn(
  machine: Machine,
  environment: Environment,
  signal: AbortSignal,
): Promise<CodexInstallation> {
  return await codexAt(launcherOf(machine, environment), { machine, environment }, signal);
}

/**
 * Returns where the Codex of `findCodex` lies, without asking it anything: no process is started.
 *
 * @throws CodexFault `codex-missing`, or `codex-unusable` where what is found leads to no program.
 */
export function locateCodex(environment: Environment): Omit<CodexInstallation, "version"> {
  const launchedFrom = launcherOf(process, environment);
  return { launchedFrom, path: nativeBinary(launchedFrom, process) };
}

/**
 * Returns the Codex that a file on PATH leads to.
 *
 * @throws CodexFault `codex-unusable` where it does not start, `codex-too-old`; or `signal`'s reason.
 */
export async function codexAt(
  launchedFrom: string,
  { machine, environment }: { readonly machine: Machine; readonly environment: Environment },
  signal: AbortSignal,
): Promise<CodexInstallation> {
  const path = nativeBinary(launchedFrom, machine);
  const version = await readVersion(path, environment, signal);
  if (isOlder(version, OLDEST)) {
    throw new CodexFault({ kind: "codex-too-old", path: launchedFrom, version, needed: OLDEST });
  }
  return { path, launchedFrom, version };
}

/** Returns whether that version's server can be shared over a Unix socket. */
export function supportsSharedSocket(version: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform !== "win32" && !isOlder(version, OLDEST_SHARED);
}

function launcherOf(machine: Machine, environment: Environment): string {
  const { platform } = machine;
  const found =
    named(environment, platform) ?? findProgram(programNames("codex", platform), environment, platform);
  if (found === undefined) throw new CodexFault({ kind: "codex-missing", detail: "" });
  return found;
}

function named(environment: Environment, platform: NodeJS.Platform): string | undefined {
  const path = environment["COUNTERSIGN_CODEX"];
  if (path === undefined || path === "") return undefined;
  const wrong = !isAbsolute(path) ? "no absolute path" : isProgram(path, platform) ? "" : "no program";
  if (wrong === "") return path;
  const detail = `COUNTERSIGN_CODEX names ${path}, which is ${wrong}`;
  throw new CodexFault({ kind: "codex-missing", detail });
}

/** A launcher that is none of the known wrappers is taken for the binary itself (standalone, Homebrew). */
function nativeBinary(launchedFrom: string, machine: Machine): string {
  const launcher = realpathSync(launchedFrom);
  const wrapper = /\.cmd$/i.test(launcher) ? (shimTarget(launcher) ?? launcher) : launcher;
  const program = /[\\/]codex\.js$/.test(wrapper) ? (platformBinary(wrapper, machine) ?? launcher) : wrapper;
  if (!/\.cmd$/i.test(program)) return program;
  // Only a shell starts a `.cmd`, and a shell would read our arguments anew.
  throw new CodexFault({ kind: "codex-unusable", path: launchedFrom, detail: "it leads to no program" });
}

/** Looks where the wrapper looks: the platform package as Node resolves it, else its own `vendor`. */
function platformBinary(wrapper: string, { platform, arch }: Machine): string | undefined {
  const target = TARGETS[`${platform}-${arch}`];
  if (target === undefined) return undefined;
  const program = platform === "win32" ? "codex.exe" : "codex";
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

async function readVersion(path: string, environment: Environment, signal: AbortSignal): Promise<string> {
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
    const detail = isTimeOut(error)
      ? `it gave no version within ${VERSION_TIME_LIMIT_MS / 1_000} s`
      : clip(lastWords(errorText(error)), DETAIL_CHARACTERS);
    throw new CodexFault({ kind: "codex-unusable", path, detail }, { cause: error });
  }
}

/** Nobody but the time limit kills it while the signal has not fired. */
function isTimeOut(error: unknown): boolean {
  return error instanceof Error && "killed" in error && error.killed === true;
}

/**
 * Returns whether a version (`0.169.0`) comes before another. The three numbers are compared; what
 * follows them (`-alpha.1`) does not count. No numbers: not older.
 */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  const place = left.findIndex((number, index) => number !== right[index]);
  return place >= 0 && (left[place] ?? 0) < (right[place] ?? 0);
}

function numbers(version: string): readonly number[] {
  return (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);
}
