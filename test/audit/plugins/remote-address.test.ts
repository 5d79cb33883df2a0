import { expect, test } from "vitest";
import { remoteAddress } from "#audit/plugins/remote-address.ts";

test.each([
  "https://github.com/Lab/mkt.git",
  "https://user:pw@github.com/lab/mkt/?x=1#y",
  "ssh://git@github.com:22/lab/mkt",
  "git@github.com:lab/mkt.git",
  "github.com:lab/mkt",
])("%s is one repository", (url) => {
  expect(remoteAddress(url)).toBe("github.com/lab/mkt");
});

test.each([
  ["file:///srv/mkt.git", "/srv/mkt"],
  ["/srv/mkt", "/srv/mkt"],
  ["https://evil.example", "evil.example"],
  ["https://github.com.evil.example/lab/mkt", "github.com.evil.example/lab/mkt"],
  ["", ""],
])("%s is %s", (url, address) => {
  expect(remoteAddress(url)).toBe(address);
});
