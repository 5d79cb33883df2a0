import { join } from "node:path";
import { readIfPresent, replaceFile } from "#base/files.ts";
import { withLock } from "#base/lock.ts";

/** Adds one to a shared number so many times, and prints a line after each. */
async function main(folder: string, times: number): Promise<void> {
  const path = join(folder, "number");
  for (let done = 0; done < times; done += 1) {
    const number = await withLock(
      join(folder, "number.lock"),
      async () => {
        const next = Number(readIfPresent(path) ?? "0") + 1;
        // Gives other processes the time to do harm, were they let in.
        await new Promise((resolve) => setImmediate(resolve));
        replaceFile(path, String(next));
        return next;
      },
      new AbortController().signal,
    );
    process.stdout.write(`${number}\n`);
  }
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
