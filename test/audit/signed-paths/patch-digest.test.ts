import { expect, test } from "vitest";
import { patchDigest } from "#audit/signed-paths/patch-digest.ts";

const PATCH = `diff --git a/a b/a
index 1..2 100644
--- a/a
+++ b/a
@@ -1,2 +1,2 @@ here
 one
-two
+2
`;

test("where in the file and between which contents makes no difference, the lines do", () => {
  const moved = PATCH.replace("1..2", "3..4").replace("-1,2 +1,2 @@ here", "-11,2 +21,2 @@ there");
  expect(patchDigest(moved)).toBe(patchDigest(PATCH));
  expect(patchDigest(PATCH.replace("+2", "+3"))).not.toBe(patchDigest(PATCH));
  expect(patchDigest(PATCH.replace(" one", " uno"))).not.toBe(patchDigest(PATCH));
});

test("a patch without lines has none", () => {
  expect(patchDigest("diff --git a/a b/a\nold mode 100644\nnew mode 100755\n")).toBeUndefined();
});
