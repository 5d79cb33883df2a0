import { join } from "node:path";
import { writeOnce } from "#base/files.ts";

/** Tries to be the writer of each of so many files, and prints the numbers of those it won. */
function main(folder: string, times: number, mark: string): void {
  for (let number = 0; number < times; number += 1) {
    if (writeOnce(join(folder, `${number}.json`), mark.repeat(4096))) process.stdout.write(`${number}\n`);
  }
}

main(process.argv[2] ?? "", Number(process.argv[3]), process.argv[4] ?? "");
