import assert from "node:assert/strict";
import { ToolError } from "../../tool_error.ts";
import { checkoutCode } from "./checkout.ts";
import { githubCode } from "./github.ts";
import { allowedPath, globMatches } from "./paths.ts";

const signal = new AbortController().signal;
const allowed = { include: ["services/**"], exclude: ["services/faults.ts", "**/*_test.ts"] };

Deno.test("allowedPath() refuses what leaves the repository, holds credentials or is excluded", () => {
  for (
    const path of [
      "",
      "/etc/passwd",
      "../secret",
      "services/../../etc/passwd",
      "services/./x.ts",
      "services//x.ts",
      "C:\\x",
      "services\\x.ts",
      "file:///etc/passwd",
      "https://evil.example/x",
      "services/x\0.ts",
      "README.md",
      "services/.env",
      "services/.git/config",
      "services/server.key",
      "services/id_rsa",
      "services/secrets.yaml",
      "services/faults.ts",
      "services/a/b_test.ts",
    ]
  ) assert.throws(() => allowedPath(path, allowed), (e: Error) => e instanceof ToolError && e.code === "refused", path);
  assert.equal(allowedPath("./services/a/b.ts", allowed), "services/a/b.ts");
});

Deno.test("globMatches() knows *, ** and ?", () => {
  assert(globMatches("a/**", "a/b/c.ts"));
  assert(globMatches("**/*.ts", "c.ts"));
  assert(!globMatches("a/*.ts", "a/b/c.ts"));
  assert(globMatches("a/?.ts", "a/b.ts"));
  assert(!globMatches("a.ts", "axts"));
});

Deno.test("globMatches() takes files whose names begin with a dot for files like others", () => {
  for (const path of ["a/.env", "a/.git/config", "a/.x/y.ts"]) assert(globMatches("a/**", path), path);
  assert(globMatches("**/*", ".env"));
  assert(globMatches("**/.*", "a/b/.npmrc"));
  assert(!globMatches("a/*", "a/.x/y"));
});

Deno.test("globMatches() reads no negation and no regular expression out of a glob", () => {
  assert(!globMatches("!a/**", "b/secret.ts"));
  assert(globMatches("!a/*.ts", "!a/b.ts"));
  assert(!globMatches("@(a|b)/**", "a/x.ts"));
  assert(!globMatches("+(a)", "aaa"));
  assert(!globMatches("a.*", "ab"));
  assert(!globMatches("^a$", "a"));
  assert(globMatches("a/{b,c}/*.ts", "a/c/d.ts"));
  assert(!globMatches("a/{b,c}/*.ts", "a/d/d.ts"));
});

Deno.test("globMatches() does not take a longer path for a shorter one", () => {
  for (const path of ["xa/b.ts", "a/b.tsx", "a/b.ts/c", "a/b.ts/", "A/b.ts", "a\\b.ts", "a/b.ts\n"]) {
    assert(!globMatches("a/*.ts", path), JSON.stringify(path));
  }
});

Deno.test("globMatches() with anyForm ignores case and the form of accents and wide letters", () => {
  const same = { anyForm: true };
  assert(globMatches("src/faults.ts", "SRC/Faults.TS", same));
  assert(globMatches("caf\u00e9/**", "cafe\u0301/x.ts", same));
  assert(globMatches("faults.ts", "\uff46aults.ts", same));
  assert(!globMatches("src/faults.ts", "SRC/Faults.TS"));
});

Deno.test("allowedPath() cannot be got round by another way to write a path", () => {
  const hidden = { include: ["src/**"], exclude: ["src/faults.ts", "src/caf\u00e9/**", "src/private/**"] };
  const tries = [
    ..."src/Faults.ts src/FAULTS.TS src/fAults.tS src/PRIVATE/a.ts src/Private/deep/a.ts".split(" "),
    ..."src/../faults.ts src/.. src/../../x.ts ../src/a.ts src/a/../faults.ts src/./faults.ts src//faults.ts".split(
      " ",
    ),
    ..."/src/a.ts //src/a.ts ~/src/a.ts ~root/a.ts file:src/a.ts FILE:///src/a.ts c:src/a.ts src\\faults.ts ..\\src\\a.ts"
      .split(" "),
    ..."src/.env src/.ENV src/.ssh/id_ed25519 src/x/.git/HEAD src/.npmrc src/ID_RSA src/Server.PEM src/SECRETS.yaml"
      .split(" "),
    "src/faults.ts/",
    "src/ faults.ts",
    "src/faults.ts /a.ts",
    "src/private /../private/a.ts",
    "src/faults\u200b.ts",
    "src/\u202efaults.ts",
    "src/faults.ts\0.md",
    "src/a\tb.ts",
    "src/cafe\u0301/a.ts",
    "src/CAF\u00c9/a.ts",
    "src/\uff46aults.ts",
    "src/\uff0eenv",
    "src/\u017fecrets.yaml",
  ];
  for (const path of tries) {
    assert.throws(() => allowedPath(path, hidden), (e: Error) => e instanceof ToolError && e.code === "refused", path);
  }
  for (const path of ["src/a.ts", "src/deep/er/a.ts", "src/caf\u00e9s.ts", "src/a..ts"]) {
    assert.equal(allowedPath(path, hidden), path);
  }
});

Deno.test("checkoutCode() reads files and follows no link", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/src`);
  await Deno.writeTextFile(`${root}/src/a.ts`, "one\ntwo\n");
  await Deno.writeTextFile(`${root}/outside`, "secret");
  await Deno.symlink(`${root}/outside`, `${root}/src/link.ts`);
  const code = checkoutCode(root);
  assert.equal((await code.read("src/a.ts", signal)).text, "one\ntwo\n");
  await assert.rejects(code.read("src/link.ts", signal), /symbolic link/);
  await assert.rejects(code.read("src/none.ts", signal), /there is no src\/none\.ts under CODE_ROOT/);
  await assert.rejects(code.read("src", signal), /not a file/);
  await Deno.remove(root, { recursive: true });
});

function github(answer: (request: Request) => Response) {
  const asked: Request[] = [];
  const fetch_: typeof fetch = (input, init) => {
    const request = new Request(input as string, init);
    asked.push(request);
    return Promise.resolve(answer(request));
  };
  const options = { apiUrl: "https://api.github.test", owner: "o", repo: "r", ref: "v1", token: "t0ken" };
  return { code: githubCode(options, { fetch: fetch_ }), asked };
}

Deno.test("githubCode() reads a file at its ref and the commits that touched it", async () => {
  const { code, asked } = github((request) =>
    new URL(request.url).pathname.endsWith("/commits")
      ? Response.json([{
        sha: "0123456789abcdef",
        commit: { message: "Price by tier\n\nmore", author: { name: "Ada", date: "2026-11-22T14:00:00Z" } },
      }])
      : Response.json({ type: "file", size: 4, encoding: "base64", content: btoa("a\nb\n") })
  );
  const file = await code.read("src/über a.ts", signal);
  assert.deepEqual([file.text, file.ref], ["a\nb\n", "v1"]);
  assert.deepEqual(await code.commits("src/a.ts", signal), {
    commits: [{ sha: "0123456789", at: "2026-11-22T14:00:00Z", author: "Ada", title: "Price by tier" }],
    note: null,
  });
  assert.equal(asked[0]!.url, "https://api.github.test/repos/o/r/contents/src/%C3%BCber%20a.ts?ref=v1");
  assert.equal(asked[0]!.headers.get("authorization"), "Bearer t0ken");
  assert.equal(asked[1]!.url, "https://api.github.test/repos/o/r/commits?path=src%2Fa.ts&sha=v1&per_page=5");
});

Deno.test("githubCode() says in words why it has nothing", async () => {
  const cases: readonly (readonly [Response, RegExp])[] = [
    [Response.json({ message: "Not Found" }, { status: 404 }), /has no .*a\.ts that this token may read/],
    [Response.json({}, { status: 401 }), /does not accept GITHUB_TOKEN/],
    [
      Response.json({}, { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795359600" } }),
      /rate limit is used up until 2026-11-22T15:00:00/,
    ],
    [Response.json({}, { status: 403 }), /may not read GitHub o\/r/],
    [Response.json([{ type: "file" }]), /is not a file/],
    [Response.json({ type: "file", size: 9_000_000, encoding: "none", content: "" }), /larger than/],
    [new Response("<html>"), /not JSON/],
  ];
  for (const [response, reason] of cases) {
    await assert.rejects(github(() => response).code.read("src/a.ts", signal), reason);
  }
});

Deno.test("githubCode() says why a file is not to be had", async () => {
  const cases: readonly [status: number, headers: Record<string, string>, message: string, said: RegExp][] = [
    [403, { "retry-after": "30" }, "You have exceeded a secondary rate limit.", /secondary rate limit.* 30 s/],
    [403, {}, "API rate limit exceeded for 10.0.0.1", /rate limit/],
    [403, {}, "Resource protected by organization SAML enforcement.", /single sign-on/],
    [403, {}, "Resource not accessible by personal access token", /may not read .*not accessible/],
    [404, {}, "No commit found for the ref trunk", /no branch, tag or commit trunk: set GITHUB_REF/],
    [404, {}, "Not Found", /has no .* GITHUB_REF trunk/],
    [401, {}, "Bad credentials", /does not accept GITHUB_TOKEN .*Bad credentials/],
  ];
  for (const [status, headers, message, said] of cases) {
    const code = githubCode({ apiUrl: "http://github.test", owner: "acme", repo: "fares", ref: "trunk", token: "x" }, {
      fetch: () => Promise.resolve(Response.json({ message }, { status, headers })),
    });
    await assert.rejects(code.read("a.ts", signal), (error: Error) => said.test(error.message), message);
  }
  const moved = githubCode({ apiUrl: "http://github.test", owner: "acme", repo: "fares" }, {
    fetch: () => Promise.reject(new TypeError("Encountered redirect while redirect mode is set to 'error'")),
  });
  await assert.rejects(moved.read("a.ts", signal), /renamed or moved: set GITHUB_OWNER and GITHUB_REPO/);
});
