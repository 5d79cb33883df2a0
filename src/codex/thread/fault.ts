import { Fault } from "#base/fault.ts";

/** Why no thread is ready for a turn, beside what can go wrong with any call of Codex. */
export type ThreadFailure =
  | {
      readonly kind: "thread-unavailable";
      readonly threadId: string;
      /**
       * `unknown`: no such thread is in this CODEX_HOME. `busy`: a turn runs on it, which a further prompt
       * would become a part of. `held`: another process has it open. `refused`: anything else that Codex says.
       */
      readonly why: "unknown" | "busy" | "held" | "refused";
      /** Codex's own text on one line, where there is one. */
      readonly detail: string;
    }
  | {
      readonly kind: "mcp-server-unknown";
      readonly name: string;
      /** Those that the configuration has. */
      readonly known: readonly string[];
    };

export class ThreadFault extends Fault<ThreadFailure> {
  override readonly name = "ThreadFault";
}
