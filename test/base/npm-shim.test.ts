import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { shimTarget } from "#base/npm-shim.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

/** As npm's cmd-shim 6 writes it. */
function npmShim(target: string): string {
  return `@ECHO off\r
GOTO start\r
:find_dp0\r
SET dp0=%~dp0\r
EXIT /b\r
:start\r
SETLOCAL\r
CALL :find_dp0\r
\r
IF EXIST "%dp0%\\node.exe" (\r
  SET "_prog=%dp0%\\node.exe"\r
) ELSE (\r
  SET "_prog=node"\r
)\r
\r
endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%"  "%dp0%\\${target}" %*\r
`;
}

function shimIn(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "node.exe"), "");
  writeFileSync(join(folder, "tool.cmd"), text);
  return join(folder, "tool.cmd");
}

function file(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

test.each([
  [
    "a script",
    npmShim("node_modules\\@openai\\codex\\bin\\codex.js"),
    "node_modules/@openai/codex/bin/codex.js",
  ],
  ["a program", npmShim("node_modules\\tool\\tool.exe"), "node_modules/tool/tool.exe"],
  ["an older shim", '@"%~dp0\\lib\\tool.js" %*\r\n', "lib/tool.js"],
])("%s that a shim names is found beside it, whatever its folder is called", (_case, text, target) => {
  const folder = join(scratchFolder(), "Program Files & 'more' (x86)");
  const found = file(join(folder, target));
  expect(shimTarget(shimIn(folder, text))).toBe(found);
});

test("a shim of something else, or of a file that is gone, leads nowhere", () => {
  const folder = scratchFolder();
  expect(shimTarget(shimIn(folder, npmShim("gone.js")))).toBeUndefined();
  expect(shimTarget(shimIn(folder, "@python tool.py"))).toBeUndefined();
});
