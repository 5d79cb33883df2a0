import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a transcript in which a person typed this line behind `!`, as Claude Code 2.1.330 does; returns its path. */
export function typedTranscript(folder: string, line: string, at: string): string {
  const user = { type: "user", isSidechain: false, entrypoint: "cli", timestamp: at };
  const message = (content: string) => ({ role: "user", content });
  const lines = [
    { ...user, uuid: "u1", parentUuid: "u0", message: message(`<bash-input>${line}</bash-input>`) },
    { ...user, uuid: "u2", parentUuid: "u1", message: message("<bash-stdout>Filed</bash-stdout>") },
  ];
  const path = join(folder, "transcript.jsonl");
  writeFileSync(path, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return path;
}
