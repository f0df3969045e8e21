import assert from "node:assert/strict";
import * as v from "valibot";
import { senderOf } from "./access.ts";
import { type Access, connectionsSchema } from "./schema.ts";
import { SecretMissing, type SecretReader } from "./secrets.ts";

const secrets: SecretReader = {
  env: (name) => ({ TOKEN: "t0k", PASSWORD: "pä:ss", KEY: "abc" } as Record<string, string>)[name],
  file: (path) => {
    if (path === "/run/secrets/token") return "from-file\n";
    if (path === "/run/secrets/two") return "a\nb\n";
    if (path === "/run/secrets/empty") return " \n";
    throw new Deno.errors.NotFound();
  },
};

/** The headers that reach a server. */
async function sent(access: Access, given: Record<string, string> = {}): Promise<Record<string, string>> {
  let seen = new Headers();
  const sender = senderOf(access, {
    secrets,
    fetch: (_input, init) => {
      seen = new Headers((init as { headers: Headers }).headers);
      return Promise.resolve(new Response("ok"));
    },
  });
  await sender.fetch("http://x.test/", { headers: given });
  return Object.fromEntries(seen);
}

function problems(connection: unknown): string[] {
  const parsed = v.safeParse(connectionsSchema, { one: connection });
  return parsed.success ? [] : parsed.issues.map(({ message }) => message);
}

Deno.test("senderOf() sends each form of credential", async () => {
  assert.deepEqual(await sent({ token_env: "TOKEN" }), { authorization: "Bearer t0k" });
  assert.deepEqual(await sent({ token_file: "/run/secrets/token" }), { authorization: "Bearer from-file" });
  assert.deepEqual(await sent({ username: "agent", password_env: "PASSWORD" }), {
    authorization: `Basic ${new TextEncoder().encode("agent:pä:ss").toBase64()}`,
  });
  assert.deepEqual(await sent({ headers: { Authorization: { env: "KEY", prefix: "ApiKey " }, "X-Team": "shop" } }), {
    authorization: "ApiKey abc",
    "x-team": "shop",
  });
  assert.deepEqual(await sent({ tenant: "shop" }, { accept: "text/plain" }), {
    accept: "text/plain",
    "x-scope-orgid": "shop",
  });
});

for (
  const [what, access, words] of [
    ["a variable that is not set", { token_env: "OTHER" }, /the variable OTHER is not set/],
    [
      "a file that is not there",
      { token_file: "/run/secrets/no" },
      /\/run\/secrets\/no cannot be read: there is no such file/,
    ],
    ["an empty file", { token_file: "/run/secrets/empty" }, /is empty/],
    ["a file of several lines", { token_file: "/run/secrets/two" }, /more than one line/],
  ] as const
) {
  Deno.test(`senderOf() names ${what} and sends nothing`, async () => {
    await assert.rejects(sent(access), (error: Error) => error instanceof SecretMissing && words.test(error.message));
  });
}

Deno.test("senderOf() ends a request after the connection's own time", async () => {
  const sender = senderOf({ timeout: "20ms" }, {
    secrets,
    fetch: (_input, init) =>
      new Promise((_, reject) => {
        const { signal } = init as { signal: AbortSignal };
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  await assert.rejects(sender.fetch("http://x.test/"), { name: "TimeoutError" });
});

for (
  const [what, connection, words] of [
    ["a token", { kind: "loki", url: "http://l", token: "abc" }, /token_env/],
    ["a token that names a variable", { kind: "loki", url: "http://l", token: "${TOKEN}" }, /token_env/],
    ["a password", { kind: "loki", url: "http://l", username: "a", password: "b" }, /password_env/],
    ["user and password in the URL", { kind: "tempo", url: "https://a:b@t" }, /password_env/],
    [
      "a header with a credential",
      { kind: "jaeger", url: "http://j", headers: { "X-API-Key": "abc" } },
      /\{ env: NAME \}/,
    ],
    ["a webhook's token", { kind: "webhook", token: "abc" }, /token_file/],
    ["an unknown kind", { kind: "splunk", url: "http://s" }, /expected one of the kinds prometheus/],
    [
      "half of a pair of keys",
      { kind: "loki", url: "https://l", tls: { cert_file: "c" } },
      /cert_file and key_file together/,
    ],
    ["certificates for plain HTTP", { kind: "loki", url: "http://l", tls: { ca_file: "c" } }, /https/],
    ["a password without a user", { kind: "loki", url: "http://l", password_env: "P" }, /username with password_env/],
    ["two tokens", { kind: "loki", url: "http://l", token_env: "A", token_file: "b" }, /not both/],
    ["another scheme", { kind: "loki", url: "ftp://l" }, /http:\/\/ or https:\/\//],
    ["a time without unit", { kind: "loki", url: "http://l", timeout: "fast" }, /duration/],
  ] as const
) {
  Deno.test(`connectionsSchema refuses ${what}, saying what to do`, () => {
    const found = problems(connection);
    assert.equal(found.length >= 1, true);
    assert.match(found.join("; "), words);
    assert.doesNotMatch(found.join("; "), /abc/);
  });
}

Deno.test("connectionsSchema takes each kind with the least that it needs", () => {
  const url = "http://127.0.0.1:1234/";
  const all = [
    ...["prometheus", "thanos", "mimir", "cortex", "victoriametrics", "alertmanager", "loki", "elasticsearch"],
    ...["opensearch", "victorialogs", "tempo", "jaeger", "gitea", "forgejo", "argocd", "flux"],
  ].map((kind) => ({ kind, url }));
  const bare = ["file", "journald", "docker", "github", "gitlab", "webhook"].map((kind) => ({ kind }));
  for (
    const one of [...all, ...bare, { kind: "checkout", folder: "code" }, { kind: "alertmanager", url: [url, url] }]
  ) {
    assert.deepEqual(problems(one), [], JSON.stringify(one));
  }
});
