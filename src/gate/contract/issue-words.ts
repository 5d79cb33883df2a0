import type * as z from "zod/mini";

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
};
const TOOLS = "must be shell, edit, web, image or mcp:SERVER";

/** Returns what is wrong with a value, as the end of a sentence that begins with its key. */
export function issueWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type": {
      const must = `must be ${TYPES[issue.expected] ?? "an object"}`;
      return issue.input === undefined ? `is missing; it ${must}` : must;
    }
    case "too_small":
      return `must ${amount(issue.origin, "at least", Number(issue.minimum) + (issue.inclusive ? 0 : 1))}`;
    case "too_big":
      return `must ${amount(issue.origin, "at most", Number(issue.maximum))}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_union":
      return "options" in issue ? 'must be "text" or "json"' : TOOLS;
    default:
      return issue.path[0] === "tools" ? TOOLS : "is no name of a variable";
  }
}

function amount(origin: string, bound: string, number: number): string {
  if (origin === "string") return `have ${bound} ${number} characters`;
  return origin === "array" ? `have ${bound} ${number} items` : `be ${bound} ${number}`;
}
