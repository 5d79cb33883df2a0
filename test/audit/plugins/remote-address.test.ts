import { expect, test } from "vitest";
import { remoteAddress, sourceAddress } from "#audit/plugins/remote-address.ts";

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

test("a marketplace of a repository has an address, and others have none", () => {
  expect(sourceAddress({ kind: "github", repo: "lab/mkt", ref: null })).toBe("github.com/lab/mkt");
  expect(sourceAddress({ kind: "git", url: "git@h:lab/mkt", ref: null })).toBe("h/lab/mkt");
  expect(sourceAddress({ kind: "npm", package: "x" })).toBeNull();
});
