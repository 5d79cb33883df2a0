import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A home of its own for one test: nothing of the user's, nothing that goes outside. */
export type CodexHome = {
  /** The folder that holds everything below; removed by `remove`. */
  readonly root: string;
  readonly home: string;
  readonly codexHome: string;
  /** The whole environment for a process that must see this home and no other. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
};

export type CodexHomeOptions = {
  /** `base_url` of the model provider, see `startResponsesApi`. */
  readonly url: string;
  /** How often Codex tries again. None by default, so that a failure shows at once. */
  readonly requestRetries?: number;
  readonly streamRetries?: number;
  readonly model?: string;
  /** TOML before the first table: top-level keys. */
  readonly keys?: string;
  /** TOML after everything else: tables. */
  readonly tables?: string;
};

/** Makes HOME and CODEX_HOME in a temporary folder, with a configuration that names the stand-in only. */
export function makeCodexHome(options: CodexHomeOptions): CodexHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-codex-")));
  const home = join(root, "home");
  const codexHome = join(home, ".codex");
  mkdirSync(codexHome, { recursive: true });
  writeFileSync(join(codexHome, "config.toml"), configuration(options));
  return {
    root,
    home,
    codexHome,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: home,
      CODEX_HOME: codexHome,
      LANG: "C.UTF-8",
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Returns the pinned real binary itself, not its Node wrapper: killing the wrapper would orphan it. */
export function nativeCodex(): string {
  return join(
    import.meta.dirname,
    "../real/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
  );
}

/** Returns the other pinned one, 0.140: what a run is asked of it has to hold there too. */
export function olderCodex(): string {
  return join(
    import.meta.dirname,
    "../real/node_modules/codex-0.140/vendor/x86_64-unknown-linux-musl/bin/codex",
  );
}

function configuration(options: CodexHomeOptions): string {
  return `model = "${options.model ?? "gpt-5.5"}"
model_provider = "stand-in"
check_for_update_on_startup = false
${options.keys ?? ""}

[model_providers.stand-in]
name = "stand-in"
base_url = "${options.url}"
wire_api = "responses"
requires_openai_auth = false
supports_websockets = false
request_max_retries = ${options.requestRetries ?? 0}
stream_max_retries = ${options.streamRetries ?? 0}

[analytics]
enabled = false

[feedback]
enabled = false

[features]
plugins = false

${options.tables ?? ""}
`;
}
