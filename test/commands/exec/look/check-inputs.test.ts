import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { checkInputs } from "#commands/exec/look/check-inputs.ts";
import { contractOf, PNG } from "#test/contract-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let workspace = "";
beforeEach(() => {
  workspace = join(scratchFolder(), "work");
  mkdirSync(join(workspace, "folder"), { recursive: true });
  writeFileSync(join(workspace, "file"), "x");
  writeFileSync(join(workspace, "a.png"), PNG);
  writeFileSync(join(workspace, "..", "outside"), PNG);
  symlinkSync("../outside", join(workspace, "link"));
  symlinkSync("..", join(workspace, "up"));
  execFileSync("mkfifo", [join(workspace, "pipe")]);
});

test.each([
  [{ inputs: [{ path: "file" }, { path: "folder" }] }],
  [{ images: ["a.png"] }],
  [{ outputs: [{ path: "file" }, { path: "new/deep/x" }] }],
  [{ generates: { images: 1, copyTo: ["folder/new.png"] } }],
  [
    {
      verify: [{ command: ["x"], cwd: "folder" }, { command: ["x"], cwd: "made-later" }, { command: ["x"] }],
    },
  ],
])("%j can begin", (contract) => {
  expect(checkInputs(workspace, contractOf(contract))).toBeUndefined();
});

test.each([
  [{ inputs: [{ path: "gone" }] }, "input_missing", "the input gone is not there"],
  [{ inputs: [{ path: "pipe" }] }, "input_missing", "the input pipe is neither a file nor a folder"],
  [
    { inputs: [{ path: "link" }] },
    "contract_invalid",
    "the input link leads outside of the workspace, to OUTSIDE",
  ],
  [{ inputs: [{ path: "up" }] }, "contract_invalid", "the input up leads outside of the workspace, to ABOVE"],
  [{ images: ["gone.png"] }, "input_missing", "the image gone.png is not there"],
  [{ images: ["folder"] }, "input_missing", "the image folder is no file"],
  [{ images: ["file"] }, "input_missing", "the image file is no PNG, JPEG, GIF or WebP"],
  [{ images: ["link"] }, "contract_invalid", "the image link leads outside of the workspace, to OUTSIDE"],
  [{ outputs: [{ path: "folder" }] }, "contract_invalid", "the output folder is a folder"],
  [{ outputs: [{ path: "pipe" }] }, "contract_invalid", "the output pipe is a pipe, a socket or a device"],
  [
    { outputs: [{ path: "up/new" }] },
    "contract_invalid",
    "the output up/new leads outside of the workspace, to ABOVE",
  ],
  [
    { generates: { images: 1, copyTo: ["a.png"] } },
    "contract_invalid",
    "a.png is there already, and no image is copied over it",
  ],
  [
    { generates: { images: 1, copyTo: ["up/b.png"] } },
    "contract_invalid",
    "up/b.png, where an image is to be copied to, leads outside of the workspace, to ABOVE",
  ],
  [
    { verify: [{ command: ["x"], cwd: "file" }] },
    "contract_invalid",
    "file, where a verification is to run, is no folder",
  ],
  [
    { verify: [{ command: ["x"], cwd: "up" }] },
    "contract_invalid",
    "up, where a verification is to run, leads outside of the workspace, to ABOVE",
  ],
])("%j cannot", (contract, kind, detail) => {
  const above = join(workspace, "..");
  const words = detail.replace("OUTSIDE", join(above, "outside")).replace("ABOVE", above);
  expect(checkInputs(workspace, contractOf(contract))).toEqual({ kind, detail: words });
});
