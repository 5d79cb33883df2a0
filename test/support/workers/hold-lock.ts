import { withLock } from "#base/lock.ts";

/** Takes a lock, prints a line, and holds it until the process is ended. */
async function main(path: string): Promise<void> {
  const held = async (): Promise<void> => {
    process.stdout.write("held\n");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  };
  await withLock(path, held, new AbortController().signal);
}

void main(process.argv[2] ?? "");
