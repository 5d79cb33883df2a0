import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NESTED } from "#codex/environment.ts";
import { runTurn } from "#codex/review/turn.ts";
import { openReviewServer, openThread, reviewPlace, timeLimit } from "#test/review-server.ts";
import { runCommand, say } from "#test/reviewer-action.ts";

const ASK = { prompt: "THE PROMPT", schema: { type: "object" }, effort: "low" };

/** A sandbox needs user namespaces; here there can be no more of them than the one that says so. */
const WITHOUT_NAMESPACES = `exec unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"' -`;

test.each(["gpt-5.5", "gpt-6.1-sol"])(
  "%s can read the repository, no secret, and write nothing",
  async (model) => {
    const command =
      "cat plain.txt .env deep/er/.env.local listed ~/.ssh/id_x ~/.config/gh/hosts.yml ~/.codex/auth.json; touch written; touch /tmp/countersign-written; env";
    const place = await reviewPlace(
      (request) => (request.outputs.length === 0 ? runCommand(request, command) : say("done")),
      { model },
    );
    const { root, home, write } = place;
    write(join(root, "plain.txt"), "PLAIN TEXT");
    const secrets = [
      "repository/.env",
      "repository/deep/er/.env.local",
      "repository/listed",
      "home/.ssh/id_x",
    ];
    for (const path of [...secrets, "home/.config/gh/hosts.yml", "home/.codex/auth.json"]) {
      write(join(home.root, path), "SECRET TEXT");
    }
    write(join(home.home, ".profile"), "export FROM_PROFILE='SECRET TEXT'\n");
    const server = await openReviewServer(place, "OPENAI_API_KEY='SECRET TEXT' exec");
    const thread = await openThread(server, place, { model, deniedReads: ["listed"] });
    expect(thread).toMatchObject({ sandbox: "profile", probe: { kind: "holds" } });
    const turn = await runTurn(server, thread, ASK, timeLimit());
    const output = place.api.requests[1]?.outputs[0] ?? "";
    expect(output).toContain("PLAIN TEXT");
    expect(output).toContain(`${NESTED}=1`);
    expect(output.match(/Permission denied/g)).toHaveLength(6);
    expect(output.match(/Read-only file system/g)).toHaveLength(2);
    expect(place.api.requests.some(({ body }) => body.includes("SECRET TEXT"))).toBe(false);
    expect(turn).toMatchObject({ message: "done", rootExists: true, commands: [{ exitCode: 0 }] });
    expect(existsSync(join(root, "written"))).toBe(false);
  },
);

test.each(["gpt-5.5", "gpt-6.1-sol"])("without a sandbox %s has no shell", async (model) => {
  const place = await reviewPlace((request) =>
    request.outputs.length === 0 ? runCommand(request, "touch written") : say("done"),
  );
  const server = await openReviewServer(place, WITHOUT_NAMESPACES);
  const thread = await openThread(server, place, { model });
  expect(thread).toMatchObject({ sandbox: "inline", probe: { kind: "unusable" } });
  const turn = await runTurn(server, thread, ASK, timeLimit());
  expect(turn).toMatchObject({ message: "done", commands: [] });
  expect(place.api.requests[0]?.tools).not.toContain("exec_command");
  expect(place.api.requests[1]?.outputs[0]).toMatch(/unsupported call|not a function|no usable/i);
  expect(readdirSync(place.root)).toEqual([".git"]);
});
