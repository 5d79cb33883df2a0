import { onTestFinished, vi } from "vitest";

/**
 * Has what the current test makes of temporary folders lie where nothing is a repository: while a command
 * runs in Codex's sandbox, in whichever test, there is an empty `.git` in /tmp.
 */
export function belowNoRepository(): void {
  vi.stubEnv("TMPDIR", "/var/tmp");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
