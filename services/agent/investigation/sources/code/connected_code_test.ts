import assert from "node:assert/strict";
import { parseCatalogue } from "../../catalogue/mod.ts";
import { createSources } from "../sources.ts";
import { refsIn } from "./deployed.ts";

const NOW = new Date("2026-11-28T11:00:00Z");
const CATALOGUE = `
connections:
  prom: { kind: prometheus, url: "http://prom.test" }
  gl: { kind: gitlab, url: "http://gitlab.test", token_env: T }
  gt: { kind: gitea, url: "http://gitea.test/git", token_env: T }
  gh: { kind: github, url: "http://ghe.test/api/v3", headers: { Authorization: { env: T, prefix: "token " } } }
services:
  - { name: a, code: { connection: gl, repository: group/sub/a } }
  - { name: b, code: { connection: gt, repository: acme/b, ref: stable } }
  - { name: c, code: { connection: gh, repository: acme/c, deployed: { metric: app_build_info, label: revision, selector: 'job="c"' } } }
  - { name: d, code: { connection: gl, repository: acme/d, deployed: { label: image } } }
  - { name: e, code: gl }
`;
const base64 = (text: string) => new TextEncoder().encode(text).toBase64();

function world(answers: (url: URL) => unknown) {
  const asked: string[] = [];
  const catalogue = parseCatalogue(CATALOGUE);
  const sources = createSources({
    promUrl: "http://p",
    lbUrl: "http://l",
    alertmanagerUrl: "http://a",
    pmUrl: "http://m",
  }, {
    catalogue,
    now: () => NOW,
    secrets: { env: () => "secret", file: () => "" },
    fetch: (input, init) => {
      const url = new URL(String(input));
      asked.push(`${url.pathname}${url.search} ${(init as { headers: Headers }).headers.get("authorization")}`);
      const body = answers(url);
      return Promise.resolve(
        body === undefined ? Response.json({ message: "404 not found" }, { status: 404 }) : Response.json(body),
      );
    },
  });
  const service = (name: string) => catalogue.services.find((one) => one.name === name);
  return { sources, service, asked };
}
const signal = new AbortController().signal;

Deno.test("code is read from GitLab: a file, its commits, the list of files", async () => {
  const { sources, service, asked } = world(({ pathname, searchParams }) => {
    if (pathname.endsWith("/files/src%2Fapp.py")) return { size: 4, encoding: "base64", content: base64("x=1\n") };
    if (pathname.endsWith("/commits")) {
      return [{ id: "0123456789abcdef", title: "Fix", author_name: "Ana", committed_date: "2026-11-28T10:00:00Z" }];
    }
    if (!pathname.endsWith("/tree")) return undefined;
    if (searchParams.get("page") !== "1") return [];
    return [{ path: "src/app.py", type: "blob", mode: "100644" }, { path: "src", type: "tree" }, {
      path: "node_modules/x.js",
      type: "blob",
    }];
  });
  const code = sources.code(service("a"));
  assert.deepEqual(await code.read("src/app.py", signal), { path: "src/app.py", text: "x=1\n", ref: "default branch" });
  assert.equal(asked[0], "/api/v4/projects/group%2Fsub%2Fa/repository/files/src%2Fapp.py?ref=HEAD Bearer secret");
  assert.equal((await code.commits("src/app.py", signal)).commits[0]!.sha, "0123456789");
  assert.deepEqual(await code.files(signal), ["src/app.py"]);
  await assert.rejects(
    code.read("no.py", signal),
    /GitLab group\/sub\/a has nothing there that this token may read; it says: 404 not found/,
  );
});

Deno.test("code is read from Gitea, which speaks as GitHub does", async () => {
  const { sources, service, asked } = world(({ pathname }) => {
    if (pathname.endsWith("/contents/main.go")) {
      return { type: "file", size: 3, encoding: "base64", content: base64("go\n") };
    }
    return pathname.endsWith("/commits")
      ? [{ sha: "abc", commit: { message: "Say\n\nmore", author: { name: "Bo", date: "2026-11-28T10:00:00Z" } } }]
      : undefined;
  });
  const code = sources.code(service("b"));
  assert.equal((await code.read("main.go", signal)).text, "go\n");
  assert.equal(asked[0], "/git/api/v1/repos/acme/b/contents/main.go?ref=stable Bearer secret");
  assert.equal((await code.commits("main.go", signal)).commits[0]!.title, "Say");
  assert.match(asked[1]!, /limit=5/);
  await assert.rejects(
    code.read("no.go", signal),
    /Gitea acme\/b has no .* that this token may read \(at code\.ref stable\)/,
  );
});

Deno.test("code is read at the commit that a metric says is deployed", async () => {
  const { sources, service, asked } = world(({ pathname, searchParams }) => {
    if (pathname === "/api/v1/query") {
      assert.equal(searchParams.get("query"), 'count by (revision) (app_build_info{job="c"})');
      const result = [["0ld0000", "1"], ["9f8e7d6c5b", "3"]].map(([revision, value]) => ({
        metric: { revision },
        value: [0, value],
      }));
      return { status: "success", data: { resultType: "vector", result } };
    }
    return searchParams.get("ref") === "9f8e7d6c5b"
      ? { type: "file", size: 1, encoding: "base64", content: base64("x") }
      : undefined;
  });
  assert.equal((await sources.code(service("c")).read("a.ts", signal)).ref, "9f8e7d6c5b");
  assert.match(asked[1]!, /\/api\/v3\/repos\/acme\/c\/contents\/a\.ts\?ref=9f8e7d6c5b token secret/);
});

Deno.test("code is read at the commit in an alert's image, else where the repository stands", async () => {
  const answers = (known: string) => ({ pathname, searchParams }: URL) =>
    pathname.includes("/files/") && searchParams.get("ref") === known ? { size: 1, content: base64("x") } : undefined;
  const alerts = [{ labels: { image: "registry.internal:5000/shop/d:1.4.2-ab12cd3" }, annotations: {} }];
  for (const known of ["1.4.2-ab12cd3", "ab12cd3", "HEAD"]) {
    const { sources, service } = world(answers(known));
    const { ref } = await sources.of(service("d"), alerts).code(service("d")).read("a.ts", signal);
    assert.equal(ref, known === "HEAD" ? "default branch" : known);
  }
});

Deno.test("code of a connection without a repository says what to set", () => {
  const { sources, service } = world(() => undefined);
  assert.throws(
    () => sources.code(service("e")),
    /names no repository: set code\.repository, or repository of connection gl/,
  );
});

for (
  const [text, refs] of [
    ["9f8e7d6c5b4a", ["9f8e7d6c5b4a"]],
    ["v1.2.3", ["v1.2.3"]],
    ["1.2.3", ["1.2.3", "v1.2.3"]],
    ["shop/orders:2.0.1", ["2.0.1", "v2.0.1"]],
    ["orders:sha-ab12cd3", ["sha-ab12cd3", "ab12cd3"]],
    ["ghcr.io/acme/orders:main-ab12cd3-dirty", ["main-ab12cd3-dirty", "ab12cd3"]],
    ["v1.2-14-g2414721", ["v1.2-14-g2414721", "2414721"]],
    ["latest", []],
    ["unknown", []],
    ["orders@sha256:0123456789abcdef", []],
    ["", []],
  ] as const
) Deno.test(`refsIn() reads ${JSON.stringify(text)}`, () => assert.deepEqual(refsIn(text), refs));
