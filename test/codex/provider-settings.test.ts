import { expect, test } from "vitest";
import { providerSettings } from "#codex/provider-settings.ts";

const names = (toml: string) => Object.keys(providerSettings(toml));

test("what stands for itself, in a table, or inline is found", () => {
  expect(providerSettings('model = "m"\n"model_provider" = "p"\n')).toEqual({
    "reviewer.model": '"m"',
    "reviewer.model_provider": '"p"',
  });
  expect(names('openai_base_url = "u"\nchatgpt_base_url = "v"\nprofile = "x"')).toEqual([
    "reviewer.openai_base_url",
    "reviewer.chatgpt_base_url",
    "reviewer.profile",
  ]);
  expect(names('model_providers = { p = { base_url = "u" } }')).toEqual(["reviewer.model_providers"]);
  expect(names('model_providers.p.base_url = "u"')).toEqual(["reviewer.model_providers.p.base_url"]);
  expect(names('[model_providers.p]\nenv_key = "K"\n[profiles.x]\nmodel = "n"')).toEqual([
    "reviewer.model_providers.p.env_key",
    "reviewer.profiles.x.model",
  ]);
});

test("what decides nothing about who answers is passed over", () => {
  expect(
    names('# model = "m"\nnotify = []\n[tui]\nmodel = "x"\n[projects."/a"]\ntrust_level = "trusted"'),
  ).toEqual([]);
});

test("an address, which can hold a key, is told as a digest", () => {
  const [value] = Object.values(providerSettings('openai_base_url = "http://key@host"'));
  expect(value).toMatch(/^sha256 [0-9a-f]{12}$/);
});
