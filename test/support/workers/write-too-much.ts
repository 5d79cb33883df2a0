import { errorCode } from "#base/fault.ts";
import { replaceFile } from "#base/files.ts";

/** Replaces a file with more than the system lets it write, and prints the system's word for it. */
function main(path: string): void {
  try {
    replaceFile(path, "x".repeat(1_000_000));
    process.stdout.write("written\n");
  } catch (error) {
    process.stdout.write(`${errorCode(error)}\n`);
  }
}

main(process.argv[2] ?? "");
