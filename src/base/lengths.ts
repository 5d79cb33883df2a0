import * as z from "zod/mini";

/** A text, counted in UTF-16 units, or a list. */
type Sized = { readonly length: number };

/**
 * Checks that a text or a list is at least so long. These two stand in for zod's own checks, which
 * look at the `length` of whatever has one, and throw where a value of the wrong type has one that
 * no number can be made of, such as `{"length":{"toString":false}}` (zod 4.6.7).
 */
export function atLeast(minimum: number): z.core.$ZodCheck<Sized> {
  return z.check<Sized>(({ value, issues }) => {
    if (value.length >= minimum) return;
    issues.push({ code: "too_small", origin: originOf(value), minimum, inclusive: true, input: value });
  });
}

/** Checks that a text or a list is at most so long. */
export function atMost(maximum: number): z.core.$ZodCheck<Sized> {
  return z.check<Sized>(({ value, issues }) => {
    if (value.length <= maximum) return;
    issues.push({ code: "too_big", origin: originOf(value), maximum, inclusive: true, input: value });
  });
}

function originOf(value: unknown): "string" | "array" {
  return typeof value === "string" ? "string" : "array";
}
