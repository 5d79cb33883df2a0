import { replaceFile } from "#base/files.ts";

/** Replaces a file again and again with one letter repeated, and prints a line after each. */
function main(path: string): void {
  for (let number = 0; ; number += 1) {
    replaceFile(path, String.fromCharCode(97 + (number % 26)).repeat(200_000));
    process.stdout.write(`${number}\n`);
  }
}

main(process.argv[2] ?? "");
