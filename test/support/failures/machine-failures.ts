import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FailureCase } from "./failure-case.ts";
import { onlyGit, which } from "./only-git.ts";

/** What the machine under all of it does wrong. */
export const MACHINE_FAILURES: readonly FailureCase[] = [
  {
    name: "disk full",
    kind: "disk-full",
    words: "ENOSPC",
    breakIt: (world) => {
      const folder = join(world.repository.beside, "temporary");
      mkdirSync(folder);
      return { env: { TMPDIR: folder }, before: fullDiskAt(folder) };
    },
  },
  {
    name: "disk full under the records",
    kind: "disk-full",
    words: "ENOSPC",
    recorded: false,
    breakIt: (world) => {
      const folder = join(world.state, "receipts");
      mkdirSync(folder, { recursive: true });
      return { before: fullDiskAt(folder) };
    },
  },
  {
    name: "state unwritable",
    kind: "state-unwritable",
    recorded: false,
    breakIt: (world) => {
      const folder = join(world.state, "receipts");
      return {
        begin: () => {
          mkdirSync(folder, { recursive: true });
          renameSync(folder, `${folder}.away`);
          writeFileSync(folder, "no folder");
          return () => {
            rmSync(folder);
            renameSync(`${folder}.away`, folder);
          };
        },
      };
    },
  },
  {
    name: "git failed",
    kind: "git-failed",
    words: "unable to write the tree",
    breakIt: (world) => {
      const path = onlyGit(world);
      rmSync(join(path, "git"));
      writeFileSync(join(path, "git"), failingGit(), { mode: 0o755 });
      return { env: { PATH: path } };
    },
  },
];

/** A disk of two pages that is full, seen by the hook alone: it is in a mount namespace of its own. */
function fullDiskAt(folder: string): string {
  const mounted = `mount -t tmpfs -o size=8k none '${folder}'`;
  return `exec unshare --user --map-root-user --mount sh -c "${mounted}; cat /dev/zero > '${folder}/full' 2>&-; exec \\"\\$@\\"" sh "$@"`;
}

function failingGit(): string {
  return `#!/bin/sh
case " $* " in *" write-tree "*) echo "hint: noise" >&2; echo "fatal: unable to write the tree" >&2; exit 128;; esac
exec ${which("git")} "$@"
`;
}
