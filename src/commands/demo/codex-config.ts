/** Returns a config.toml under which Codex asks the stand-in and nobody else, and sends nothing outside. */
export function codexConfig(url: string): string {
  return `model = "demo-reviewer"
model_provider = "stand-in"
check_for_update_on_startup = false

[model_providers.stand-in]
name = "stand-in"
base_url = "${url}"
wire_api = "responses"
requires_openai_auth = false
supports_websockets = false

[analytics]
enabled = false

[feedback]
enabled = false

[features]
plugins = false
`;
}
