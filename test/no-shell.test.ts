import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

const sources = ["src", "bin", "hooks"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);

/** Returns the text of each call of Node's own ways to start a program, up to its closing bracket. */
function starts(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:spawn|spawnSync|execFile|execFileSync|fork|promisify\(execFile\))\(/g)].map(
    (match) => callAt(text, match.index + match[0].length),
  );
}

function callAt(text: string, from: number): string {
  let depth = 1;
  let end = from;
  while (depth > 0 && end < text.length) {
    if (text[end] === "(") depth += 1;
    if (text[end] === ")") depth -= 1;
    end += 1;
  }
  return text.slice(from, end);
}

const found = sources.flatMap((file) =>
  starts(readFileSync(join(ROOT, file), "utf8"))
    .filter((call) => call.includes(","))
    .map((call) => ({ file, call })),
);

test("every program is started without a console window that would pop up on Windows", () => {
  expect(found.length).toBeGreaterThan(5);
  // execa hides it unless told otherwise.
  expect(found.filter(({ call }) => !call.includes("windowsHide: true"))).toEqual([]);
});

test("no program is started by a shell, or ended by another program", () => {
  const texts = sources.map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));
  const shells = /\bshell:\s*true\b|\bexecSync\(|\btaskkill\b|\bpkill\b|\bkillall\b/;
  expect(texts.filter(({ text }) => shells.test(text)).map(({ file }) => file)).toEqual([]);
  expect(shells.test('spawn("x", { shell: true })')).toBe(true);
  expect(shells.test("execSync(line)")).toBe(true);
});

test("and one without it would be seen", () => {
  const planted = starts('const child = spawn("a", [b(1)], { detached: true });\nspawnSync(c, [], {});');
  expect(planted.map((call) => call.includes("windowsHide: true"))).toEqual([false, false]);
  expect(planted[0]).toBe('"a", [b(1)], { detached: true })');
});
