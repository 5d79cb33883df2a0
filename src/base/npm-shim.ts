import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file named below the shim's own folder: `"%dp0%\node_modules\...\codex.js"`, older ones `"%~dp0\..."`. */
const NAMED_BELOW = /"%~?dp0%?[\\/]+([^"%]+\.(?:c?js|mjs|exe))"/gi;

/**
 * Returns the program that a `.cmd` shim of npm, pnpm or yarn starts, or `undefined` where it names
 * none that is there. Windows lets only a shell start a `.cmd`, and a shell reads its arguments anew.
 */
export function shimTarget(shim: string): string | undefined {
  return [...readFileSync(shim, "utf8").matchAll(NAMED_BELOW)]
    .map((match) => join(dirname(shim), ...(match[1] ?? "").split(/[\\/]+/)))
    .findLast((path) => !/[\\/]node\.exe$/i.test(path) && existsSync(path));
}
