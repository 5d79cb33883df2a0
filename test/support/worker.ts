import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { rolldown } from "rolldown";

/** A real process that runs one of the scripts in `workers/`. */
export type Worker = {
  readonly process: ChildProcess;
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[];
  /** Resolves when it has printed so many lines; rejects when it ends before. */
  printed(count: number): Promise<void>;
  /** Resolves when it is gone and all its output was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
};

/** Bundles a script of `workers/` into the folder and returns where it is. */
export async function buildWorker(name: string, folder: string): Promise<string> {
  const root = join(import.meta.dirname, "..", "..");
  const bundle = await rolldown({
    input: { [name]: join(root, "test", "support", "workers", `${name}.ts`) },
    cwd: root,
    platform: "node",
    transform: { target: "node20" },
  });
  await bundle.write({ dir: folder, format: "cjs", entryFileNames: "[name].cjs" });
  await bundle.close();
  return join(folder, `${name}.cjs`);
}

/** Starts a built script in a process of its own. */
export function startWorker(script: string, args: readonly string[]): Worker {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, errors }));
  });
  const printed = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (lines.length >= count) resolve();
      };
      waiting.push(look);
      look();
      void ended.then(() => reject(new Error(`ended after ${lines.length} lines: ${errors}`)));
    });
  return { process: child, lines, printed, ended };
}
