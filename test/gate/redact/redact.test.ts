import { describe, expect, test } from "vitest";
import { redacted } from "#gate/redact/redact.ts";
import { redactedPatch } from "#gate/redact/redact-patch.ts";
import { fc } from "#test/seeded-check.ts";
import { diffedFile } from "#test/unified-diff.ts";

/** Made here, so that nobody takes this file for one that holds tokens. */
const ALNUM = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4";
const HEX = "0123456789abcdef0123456789abcdef";
const BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
const begin = (kind = "") => `-----BEGIN ${kind}PRIVATE KEY-----`;
const end = (kind = "") => `-----END ${kind}PRIVATE KEY-----`;
const KEY = [begin(), BODY, BODY.toLowerCase().replaceAll("m", "M"), "c3Rvcmfn", end()];

function expectKept(text: string): void {
  expect(redacted(text)).toEqual({ text, count: 0 });
}

describe("the tokens of providers", () => {
  test.each([
    ["AWS access key", `AKIA${"ABCDEFGHIJ234567"}`],
    ["AWS access key", `ASIA${"ABCDEFGHIJ234567"}`],
    ["GitHub token", `ghp_${ALNUM.slice(0, 36)}`],
    ["GitHub token", `gho_${"a".repeat(36)}`],
    ["GitHub token", `github_pat_${ALNUM.slice(0, 22)}_${ALNUM}`],
    ["GitLab token", `glpat-${ALNUM.slice(0, 20)}`],
    ["Slack token", `xoxb-${"123456789012"}-${ALNUM.slice(0, 24)}`],
    ["Stripe key", `sk_live_${ALNUM.slice(0, 24)}`],
    ["Stripe key", `rk_test_${ALNUM.slice(0, 24)}`],
    ["Anthropic key", `sk-ant-api03-${ALNUM}`],
    ["OpenAI key", `sk-proj-${ALNUM}`],
    ["OpenAI key", `sk-${ALNUM}`],
    ["npm token", `npm_${ALNUM.slice(0, 36)}`],
    ["PyPI token", `pypi-AgEIcHlwaS5vcmc${ALNUM}`],
    ["Google key", `AIza${ALNUM.slice(0, 35)}`],
    ["Google key", `GOCSPX-${ALNUM.slice(0, 28)}`],
    ["Google key", `ya29.${ALNUM}`],
    ["Twilio key", `SK${HEX}`],
    ["SendGrid key", `SG.${ALNUM.slice(0, 22)}.${ALNUM.slice(0, 43)}`],
    ["access token", `hf_${ALNUM.slice(0, 34)}`],
    ["access token", `dckr_pat_${ALNUM.slice(0, 27)}`],
    ["JWT", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.${ALNUM}`],
  ])("%s", (kind, token) => {
    for (const [before, after] of [
      ["", ""],
      ["const x = call('", "');"],
      ["- ", " and more"],
      ["?key=", "&b=1"],
    ]) {
      expect(redacted(`${before}${token}${after}`)).toEqual({
        text: `${before}[redacted: ${kind}]${after}`,
        count: 1,
      });
    }
    expectKept(`a${token.slice(0, 8)}`);
  });

  test("what is known by what stands in front of it", () => {
    const secret = `${ALNUM.slice(0, 38)}/+`;
    expect(redacted(`aws_secret_access_key = ${secret}`).text).toBe(
      "aws_secret_access_key = [redacted: AWS secret key]",
    );
    expect(redacted(`"SecretAccessKey": "${secret}"`).text).toContain('": "[redacted: AWS secret key]"');
    expect(redacted(`https://hooks.slack.com/services/T0000/B0000/${ALNUM}`).text).toBe(
      "https://hooks.slack.com/services/[redacted: Slack webhook]",
    );
    expect(redacted(`AccountName=a;AccountKey=${ALNUM}==;Suffix`).text).toBe(
      "AccountName=a;AccountKey=[redacted: storage key];Suffix",
    );
    expect(redacted(`Authorization: Bearer ${ALNUM}`).text).toBe("Authorization: Bearer [redacted: token]");
    expect(redacted('{ authorization: "Basic dXNlcjpwYXNz+w==" }').text).toBe(
      '{ authorization: "Basic [redacted: token]" }',
    );
    expect(redacted('"Authorization", "token abcdefghijklmnopqrstuvwx"').text).toContain(
      "token [redacted: token]",
    );
    expect(redacted(`curl -H 'bearer ${HEX}'`).text).toBe("curl -H 'bearer [redacted: token]'");
    expect(redacted("bearer a1-B2.c3_D4~e5+F6/g7").text).toBe("bearer [redacted: token]");
  });

  test("names that only look like one", () => {
    expectKept("sk-loading-spinner-container-large");
    expectKept("class='sk-folding-cube-1 sk-cube-number-two-of-three'");
    expectKept("pypi-publish-action-with-a-very-long-name-for-testing-things");
    expectKept("hf_hub_download_from_the_remote_place");
    expectKept("the bearer authentication-of-our-service");
    expectKept('headers.authorization = "Bearer token"');
    expectKept(["Authorization: `Bearer $", "{token}`"].join(""));
  });

  test("a password in an address, and none where it is filled in later", () => {
    expect(redacted("postgres://admin:s3cr3t@db:5432/x").text).toBe(
      "postgres://admin:[redacted: password]@db:5432/x",
    );
    expect(redacted("redis://:p@ss:word@host").text).toBe("redis://:[redacted: password]@host");
    expectKept(["postgres://$", "{user}:$", "{password}@host"].join(""));
    expectKept("mysql://%s:%s@tcp(host)");
    expectKept("mysql://user:****@host");
    expectKept("http://localhost:3000/a@b");
  });
});

describe("values under a name", () => {
  test.each([
    ['password = "hunter2"', "password"],
    ["DB_PASSWORD=hunter2", "password"],
    ["export db_password=hunter2", "password"],
    ["  password: s3cr3t!", "password"],
    ['"dbPassword": "P@ssword"', "password"],
    ['const apiKey: string = "zk83-2kd9-aa02"', "key"],
    [`define('DB_PASSWORD_PROD', 'abc123!x');`, "password"],
    ['{\\"clientSecret\\":\\"hunter22\\"}', "secret"],
    ['const key = env.SECRET_2 || "abc123def456"', "secret"],
    ["url?token=abc123def456ghi&x=1", "token"],
    ['if (token === "letmein1") {', "token"],
    ['password: b"hunter2"', "password"],
    ["credentials: 'kJhdsfKJhsdXfWEq'", "secret"],
    ["token => `x1y2z3`", "token"],
    [`"private_key_id": "${HEX}"`, "key"],
    ["secret: a1:b2:c3=d4", "secret"],
  ])("%s", (text, kind) => {
    const { text: after, count } = redacted(text);
    expect(count).toBe(1);
    expect(after).toContain(`[redacted: ${kind}]`);
    expect(redacted(after)).toEqual({ text: after, count: 0 });
  });

  test("two on one line, and one in another's value", () => {
    expect(redacted('user("a", password="hunter2", token="x1y2z3a")').text).toBe(
      'user("a", password="[redacted: password]", token="[redacted: token]")',
    );
    expect(redacted('password="token=abc123x"')).toEqual({
      text: 'password="[redacted: password]"',
      count: 1,
    });
  });

  test.each([
    'password="a1$(rm$IFS-rf$IFS$HOME)"',
    "curl http://u:p1$(id)@host",
    'db_password="a1`id`"',
    'password = "a1#{system(9)}b2"',
    "password = f\"a1{__import__('os').system('id')}b2\"",
    'password = "a1\\(run(2))b"',
    'password = "a1<%=run%>b2"',
  ])("code inside of a literal stays in sight: %s", (text) => {
    expect(redacted(text)).toEqual({ text, count: 0 });
  });

  test.each([
    "password: changeme",
    'password = "xxxxxxxx"',
    'password = ""',
    'password = "aaaaaaaaaa"',
    "password = process.env.DB_PASSWORD2",
    'token: "<your-token-1>"',
    'token: "my-token-1"',
    'token = "{token_12}"',
    "TOKEN=$(cat file1)",
    "token = getToken2(x)",
    "token: Uint8Array",
    "token = response.body1.x2",
    "token: number;",
    'token = "Unexpected token 1"',
    'tokenType: "oauth2.0"',
    'token: "access-token-2"',
    'secret_path: "/run/a1b2c3d4e5f6a7b8"',
    'secretFolder = "db-credentials-v2"',
    'secrets: "a1b2c3"',
    'token: "/home/user1"',
    'token: "https://a.example.org/x1y2"',
    'color_token: "#1a2b3c"',
    "STENCIL_PASS_DEPTH_PASS: 0x0B96,",
    'password: "correcthorsebatterystaple"',
    'password: "12345678"',
    'password: "@#!$%!"',
    'say("No token", "a1b2c3d4e5")',
    'token: "@scope/package1"',
    'monkey = "a1b2c3d4e5f6a7b8"',
    "token: '",
    'token: \\"a b\\"',
    "password: string) => 0",
  ])("%s is kept", expectKept);

  test("a setting is one only at the start of its line", () => {
    expectKept("call(password=hunter22)");
    expectKept(`${"a".repeat(130)} password=hunter2`);
  });
});

describe("private keys", () => {
  const marks = (number: number) => Array.from({ length: number }, () => "[redacted: private key]");

  test("every line between the markers", () => {
    for (const kind of ["", "RSA ", "OPENSSH ", "ENCRYPTED "]) {
      const text = ["a", begin(kind), BODY, "", "abc=", end(kind), "b"].join("\n");
      expect(redacted(text)).toEqual({
        text: ["a", begin(kind), ...marks(1), "", ...marks(1), end(kind), "b"].join("\n"),
        count: 1,
      });
    }
    const headed = [begin("RSA "), "Proc-Type: 4,ENCRYPTED", "", BODY, end("RSA ")].join("\n");
    expect(redacted(headed).text.split("\n")[3]).toBe("[redacted: private key]");
  });

  test("also in comments, in literals and in quoted diffs, with what stands around", () => {
    const literal = KEY.map((line) => `  "${line}\\n" +`).join("\n");
    expect(redacted(literal).text.split("\n")[1]).toBe('  "[redacted: private key]\\n" +');
    const comment = KEY.map((line) => `// ${line}`).join("\n");
    expect(redacted(comment).text.split("\n")[3]).toBe("// [redacted: private key]");
    const diff = KEY.map((line) => `+${line}`).join("\n");
    expect(redacted(diff).text.split("\n").slice(1, 4)).toEqual(marks(3).map((line) => `+${line}`));
  });

  test("on one line", () => {
    const text = `{"private_key": "${begin()}\\n${BODY}\\n${end()}\\n"}`;
    expect(redacted(text)).toEqual({
      text: `{"private_key": "${begin()}[redacted: private key]${end()}\\n"}`,
      count: 1,
    });
    expect(redacted(`"${begin()}\\n${BODY}"`).text).toBe(`"${begin()}[redacted: private key]"`);
    expect(redacted(`"${begin()}\\nabcdef\\n${end()}"`).count).toBe(1);
    expectKept(`"${begin()}\\n" + key + "\\n${end()}"`);
    expectKept(`"${begin()}\\n\\n${end()}"`);
  });

  test("cut off at either end", () => {
    expect(redacted([begin(), BODY, BODY].join("\n")).text).toBe([begin(), ...marks(2)].join("\n"));
    expect(redacted(["abc=", end(), "b"].join("\n")).text).toBe([...marks(1), end(), "b"].join("\n"));
    expect(redacted(["x()", BODY, end()].join("\n")).text).toBe(["x()", ...marks(1), end()].join("\n"));
  });

  test("markers do not hide code", () => {
    const code = [`// ${begin()}`, "steal(everything)", BODY, "reboot", `// ${end()}`];
    expect(redacted(code.join("\n")).text).toBe(
      [code[0], code[1], "[redacted: private key]", code[3], code[4]].join("\n"),
    );
    expectKept([`if (text.includes("${begin()}")) {`, "return", "}"].join("\n"));
    expectKept([`const begin = "${begin()}";`, `const end = "${end()}";`].join("\n"));
    expectKept([begin(), `${"aB1".repeat(9000)}`].join("\n"));
    expectKept(["-----BEGIN PUBLIC KEY-----", BODY, "-----END PUBLIC KEY-----"].join("\n"));
    expectKept("PRIVATE KEY\nabc");
  });

  test("a value that runs into a marker leaves the marker whole", () => {
    const value = `-${ALNUM}`;
    for (const text of [`secret=${value}${begin()}`, `x sk-${ALNUM}${begin()}`]) {
      const once = redacted(`abc=\n${end()}${text}`);
      expect(once.text).toMatch(/^abc=\n.*\[redacted: \w+( \w+)?\]-----BEGIN .*PRIVATE KEY-----$/);
      expect(redacted(once.text)).toEqual({ text: once.text, count: 0 });
    }
    expectKept(`secret=-----BEGIN PRIVATE KEY-----`);
  });

  test("of two keys each counts once, and code between them stays", () => {
    const { text, count } = redacted([...KEY, "code", ...KEY].join("\n"));
    expect(count).toBe(2);
    expect(text).toContain(`${end()}\ncode\n${begin()}`);
  });
});

const fragment = fc.constantFrom(
  ...KEY,
  `ghp_${ALNUM.slice(0, 36)}`,
  'password = "hunter2x"',
  "token: x1y2z3a4,",
  "a://b:c1d2@e",
  "const a = 1;",
  "}",
  "",
  `-${ALNUM}`,
  "secret=",
  '"',
  "Bearer ",
  "[redacted: token]",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  `sk-${ALNUM}`,
);

describe("redacted", () => {
  test("changes nothing that it changed before, and no number of lines", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fragment, fc.constantFrom("", " ", "\n"))), (parts) => {
        const text = parts.flat().join("");
        const once = redacted(text).text;
        expect(redacted(once)).toEqual({ text: once, count: 0 });
        expect(once.split("\n").length).toBe(text.split("\n").length);
      }),
      { numRuns: 1000 },
    );
  });

  test("a new file is the same in its patch", () => {
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 20 }), (lines) => {
        const text = lines.join("\n");
        fc.pre(text !== "");
        const { text: patch } = redactedPatch(diffedFile("key=a1b2c3d4", null, text).patch);
        const shown = patch.split("\n").filter((line) => /^\+(?!\+\+ )/.test(line));
        expect(`${shown.map((line) => line.slice(1)).join("\n")}`).toBe(
          redacted(text.replace(/\n$/, "")).text,
        );
      }),
    );
  });

  test("a changed key is replaced on both sides, and headers keep their names", () => {
    const change = diffedFile(
      "token=a1b2c3d4.txt",
      `${KEY.join("\n")}\n`,
      `${[KEY[0], BODY.replace("V", "W"), "bmV3", KEY[4]].join("\n")}\nx\n`,
    );
    const { text } = redactedPatch(change.patch);
    for (const line of ["c3Rvcmfn", "bmV3", "MIIE"]) expect(text).not.toContain(line);
    expect(text).toContain("+++ b/token=a1b2c3d4.txt\n");
    const hunk = '@@ -1,2 +1,2 @@ password = "hunter2"\n a\n-PASSWORD=hunter2\n+PASSWORD=hunter3\n';
    expect(redactedPatch(hunk)).toEqual({
      text: '@@ -1,2 +1,2 @@ password = "[redacted: password]"\n a\n-PASSWORD=[redacted: password]\n+PASSWORD=[redacted: password]\n',
      count: 3,
    });
  });

  test("a hunk's head that git cut after 80 bytes ends with its last whole word", () => {
    const cut = `export const connection = open("db", { user: "app", password: "hunter2-${ALNUM}`.slice(
      0,
      80,
    );
    const hunk = (note: string) => `@@ -1,2 +1,2 @@ ${note}\n a\n-b\n+c\n`;
    expect(redactedPatch(hunk(cut)).text).toBe(
      hunk('export const connection = open("db", { user: "app", password: '),
    );
    expect(redactedPatch(hunk(`secret="${ALNUM}${ALNUM}`.slice(0, 80))).text).toBe(hunk(""));
    const short = hunk("x".repeat(79));
    expect(redactedPatch(short)).toEqual({ text: short, count: 0 });
    const parts = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
    expect(redactedPatch(parts)).toEqual({ text: parts, count: 0 });
  });

  test.each([
    "password=",
    "password='\"`",
    'token="a\\',
    "eyJaaaaaaaaaa.",
    "-eyJaaaaaaaaaa",
    "sk-a1-",
    "://a:b",
    "https://a:b@",
    "authorization: bearer ",
    `${begin()}\n`,
    `${begin()} `,
    `${BODY}\n`,
    "SG.aaaaaaaaaaaaaaaaa",
    "+/",
    "{{<",
  ])("a megabyte of %j costs no more than its length", (piece) => {
    for (const before of ["", "password=", `${begin()}\n`]) {
      // A cost that grew with the square of the length would be one of many minutes.
      const text = before + piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(redacted(text).text.split("\n").length).toBe(text.split("\n").length);
    }
  });

  test("a line of 16 MiB is no harm either", () => {
    for (const piece of ["a", "aB1/", "sk-a1"]) {
      expect(() => redacted(`token="${piece.repeat((16 * 1024 * 1024) / piece.length)}`)).not.toThrow();
    }
  });
});
