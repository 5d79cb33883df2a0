import { expect, test } from "vitest";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { canonicalJson, JsonFault, parseJson } from "#base/json.ts";
import { fc } from "#test/seeded-check.ts";

const Shape = z.object({ name: z.string(), inner: z.object({ count: z.int() }) });

test("text of the right shape becomes a typed value", () => {
  expect(parseJson('{"name":"a","inner":{"count":1}}', Shape)).toEqual({ name: "a", inner: { count: 1 } });
});

test("text that is no JSON, and JSON of another shape, are told apart", () => {
  expect(() => parseJson("{torn", Shape)).toThrow(JsonFault);
  expect(failureOf(() => parseJson("{torn", Shape))).toMatchObject({ kind: "not-json" });
  const wrong = failureOf(() => parseJson('{"name":1,"inner":{"count":"x"}}', Shape));
  expect(wrong).toMatchObject({ kind: "wrong-shape" });
  expect(JSON.stringify(wrong)).toMatch(/name: .*inner\.count: /);
});

test("equal values have one canonical text, whatever the order of their keys", () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digestOf(value));
    }),
  );
});

test("a digest is SHA-256 in lower-case hex", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof JsonFault ? error.failure : error;
  }
  return undefined;
}
