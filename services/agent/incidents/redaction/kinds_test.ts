import assert from "node:assert/strict";
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { PERSONAL, protectSecrets, redact, redactDeep, redactPersonal } from "./mod.ts";

/** Drawn characters of a fixed seed, so that no real credential can stand here. */
let seed = 7;
function drawn(length: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    text += alphabet[seed % alphabet.length];
  }
  return text;
}
const hex = (length: number) => drawn(length, "0123456789abcdef");
const S = `Zq9${drawn(17)}`;

/** Ways in which other people's systems write a secret; `S` is it. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  "identifiers in any spelling": [
    `AWS_SECRET_ACCESS_KEY=${S}`,
    `stripeApiKey: '${S}'`,
    `DB_PASS=${S}`,
    `SECRET_KEY_BASE=${S}`,
    `export MYSQL_ROOT_PASSWORD=${S}`,
    `spring.datasource.password=${S}`,
    `"privateKey": "${S}"`,
    `oauth2ClientSecret = "${S}"`,
    `redis-auth-token: ${S}`,
    `JWT_SIGNING_KEY="${S}"`,
    `PGPASSWORD=${S} psql`,
    `config.encryptionKey = '${S}';`,
    `params[password]=${S}`,
    `DJANGO_SECRET_KEY=${S}`,
    `smtp_password2: ${S}`,
  ],
  "separators": [
    `:password => "${S}"`,
    `password := "${S}"`,
    `password == '${S}'`,
    `{password=${S}, user=bob}`,
    `password%3D${S}&x=1`,
    `'password' : "${S}"`,
    `password="${S}`,
    `the password is ${S}`,
    `secret '${S}'`,
    `CREATE USER bob IDENTIFIED BY '${S}'`,
    `ALTER ROLE bob PASSWORD '${S}'`,
  ],
  "command lines": [
    `mysqldump --password ${S} shop`,
    `curl --api-key=${S} http://x`,
    `java -Dx=1 -password ${S}`,
    `curl -u admin:${S} http://x`,
    `curl --user "admin:${S}" http://x`,
    `docker run -e API_TOKEN=${S} shop`,
  ],
  "XML and pods": [
    `<password>${S}</password>`,
    `<ns:apiKey type="x">${S}</ns:apiKey>`,
    `<db user="a" password="${S}"/>`,
    `- name: DB_PASSWORD\n  value: ${S}`,
    `{"name":"STRIPE_SECRET","value":"${S}"}`,
  ],
  "addresses": [
    `amqp://shop:${S}@mq:5672/x`,
    `mongodb+srv://u:${S}@c.example.net`,
    `redis://:${S}@cache:6379`,
    `postgres://u:a@b${S}@db/x`,
    `https://${S}@git.example.com/x.git`,
    `jdbc:oracle:thin:scott/${S}@//db:1521/x`,
    `https://b.example.com/o?X-Amz-Credential=a&X-Amz-Signature=${S}`,
    `https://x.blob.example.net/c?sv=2024&sig=${S}%3D`,
    `http://x/cb?access_token=${S}&state=1`,
  ],
  "connection strings": [
    `Server=db;User Id=sa;Password=${S};Encrypt=true`,
    `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${S}==;EndpointSuffix=y`,
    `host=db user=bob password=${S} dbname=x`,
  ],
  "headers": [
    `X-Api-Key: ${S}`,
    `Authorization: ApiKey ${S}`,
    `authorization: Digest username="bob", response="${S}"`,
    `Authorization: AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=${S}`,
    `Authorization: SSWS ${S}`,
    `Set-Cookie: sid=${S}; Path=/`,
  ],
  "values that look drawn, beside a telling name": [
    `key=${S}${S}`,
    `"auth": "${S}${S}"`,
    `salt: ${hex(40)}${S}`,
  ],
};

/** Tokens by their published forms. */
const ISSUED: readonly string[] = [
  `ghp_${drawn(36)}`,
  `github_pat_${drawn(22)}_${drawn(59)}`,
  `glpat-${drawn(20)}`,
  `glrt-${drawn(20)}`,
  `xoxb-${drawn(11, "0123456789")}-${drawn(24)}`,
  `xapp-1-${drawn(30)}`,
  `https://hooks.slack.com/services/T${drawn(8)}/B${drawn(8)}/${drawn(24)}`,
  `https://discord.com/api/webhooks/${drawn(18, "0123456789")}/${drawn(60)}`,
  `rk_live_${drawn(24)}`,
  `whsec_${drawn(32)}`,
  `SG.${drawn(22)}.${drawn(43)}`,
  `SK${hex(32)}`,
  `ASIA${drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  `AIza${drawn(35)}`,
  `GOCSPX-${drawn(28)}`,
  `ya29.${drawn(60)}`,
  `abc8Q~${drawn(34)}`,
  `${drawn(86)}==`,
  `hvs.${drawn(90)}`,
  `${drawn(14)}.atlasv1.${drawn(60)}`,
  `hf_${drawn(34)}`,
  `npm_${drawn(36)}`,
  `pypi-AgEIcHlwaS5vcmc${drawn(60)}`,
  `dckr_pat_${drawn(27)}`,
  `dop_v1_${hex(64)}`,
  `dapi${hex(32)}`,
  `shpat_${hex(32)}`,
  `sk-ant-api03-${drawn(40)}`,
  `gsk_${drawn(52)}`,
  `glsa_${drawn(32)}_${hex(8)}`,
  `NRAK-${drawn(27)}`,
  `${drawn(9, "123456789")}:AA${drawn(33)}`,
  `lin_api_${drawn(40)}`,
  `ATATT3x${drawn(60)}`,
  `eyJ${drawn(30)}.eyJ${drawn(60)}.${drawn(43)}`,
  `eyJ${drawn(30)}..${drawn(16)}.${drawn(40)}.${drawn(22)}`,
  `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${drawn(64)}\n-----END PGP PRIVATE KEY BLOCK-----`,
  `-----BEGIN OPENSSH PRIVATE KEY-----\\n${drawn(64)}\\n`,
  `AGE-SECRET-KEY-1${drawn(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
];

for (const [kind, texts] of Object.entries(WRITTEN)) {
  Deno.test(`redact() takes secrets out of ${kind}`, () => {
    for (const text of texts) {
      const out = redact(text);
      assert.ok(!out.includes(S), `${text} -> ${out}`);
      assert.equal(redact(out), out, `twice: ${out}`);
    }
  });
}

Deno.test("redact() takes tokens by their published forms, in a sentence and in escaped text", () => {
  for (const token of ISSUED) {
    const core = token.slice(-20);
    for (const text of [token, `the call with ${token}, failed`, JSON.stringify({ note: `x\n${token}` })]) {
      assert.ok(!redact(text).includes(core), `${text} -> ${redact(text)}`);
    }
  }
});

/** What a well-kept set of rules of others finds in a text. */
async function foundByOthers(text: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { content: text, filePath: "app.log", contentType: "text", ext: ".log" },
    options: { config: { rules: [{ id: "preset", rule: creator, options: {} }] }, noPhysicFilePath: true },
  });
  return messages.map(({ ruleId, range }) => `${ruleId}: ${text.slice(...range)}`);
}

Deno.test("redact() leaves nothing that the rules of secretlint find", async () => {
  let found = 0;
  for (const text of [...Object.values(WRITTEN).flat(), ...ISSUED, ...ISSUED.map((token) => `TOKEN="${token}"`)]) {
    found += (await foundByOthers(text)).length;
    assert.deepEqual(await foundByOthers(redact(text)), [], text);
  }
  assert.ok(found >= 30, `only ${found} found before`);
});

Deno.test("redactDeep() takes the value beside a telling name, as in a pod's environment", () => {
  const pod = { env: [{ name: "DB_PASSWORD", value: "plain word" }, { name: "LOG_LEVEL", value: "debug" }] };
  assert.deepEqual(redactDeep(pod), {
    env: [{ name: "DB_PASSWORD", value: "[redacted value]" }, { name: "LOG_LEVEL", value: "debug" }],
  });
});

Deno.test("redact() takes personal data by choice: phone, IBAN, card and e-mail", () => {
  const texts: Readonly<Record<string, readonly [text: string, value: string]>> = {
    email: ["mail to ravi@example.com bounced", "ravi@example.com"],
    phone: ["call +49 (30) 1234-5678 back", "1234-5678"],
    card: ["card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"],
    iban: ["paid to DE89 3704 0044 0532 0130 00 today", "0532 0130 00"],
  };
  try {
    for (const kind of PERSONAL) {
      const [text, value] = texts[kind]!;
      assert.ok(!redact(text).includes(value), redact(text));
      redactPersonal(PERSONAL.filter((other) => other !== kind));
      assert.ok(redact(text).includes(value), redact(text));
      redactPersonal(PERSONAL);
    }
    assert.equal(redact("DE89370400440532013002XYZ"), "DE89370400440532013002XYZ");
  } finally {
    redactPersonal(PERSONAL);
  }
});

Deno.test("redact() takes the agent's own secrets wherever they stand, also encoded", () => {
  const secret = `p@ss/${drawn(12)}`;
  protectSecrets([secret, undefined, "short"]);
  for (
    const text of [
      `request failed: ${secret} was refused`,
      `http://x/${encodeURIComponent(secret)}/y`,
      `header ${btoa(`user:${secret}`)} sent`,
      `header ${btoa(`us:${secret}:x`)} sent`,
      `a "short" text with ${secret}`,
    ]
  ) {
    const out = redact(text);
    assert.match(out, /\[redacted/, text);
    assert.ok(!out.includes(secret) && !out.includes(encodeURIComponent(secret)), out);
    for (const [word] of out.matchAll(/[\w+/=]{8,}/g)) {
      assert.ok(!atobOr(word).includes(secret), `${text} -> ${out}`);
    }
  }
  assert.equal(redact("a short text"), "a short text");
});

function atobOr(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}

/** What ordinary log lines are made of; none holds a secret. */
const ORDINARY: readonly string[] = [
  "{t} INFO  [http-nio-8080-exec-{n}] c.a.shop.OrderController : order {n} taken in {n} ms",
  '{t} level=info msg="request done" method=GET path=/items/{n} status=200 duration={n}ms trace_id={h}',
  '{"time":"{t}","level":"info","msg":"token refreshed","expires_in":{n},"user_id":{n}}',
  "{t} WARN token expired for user {n}, asking for a new one",
  "{t} ERROR authentication failed for user bob: password mismatch",
  "{t} DEBUG session opened for pod shop-{h8}-x7k2p in namespace shop",
  '10.0.0.{b} - - [28/Nov/2026:10:00:{b} +0000] "GET /login?next=%2Fhome HTTP/1.1" 302 {n} "-" "Mozilla/5.0"',
  "{t} INFO max_tokens=4096 prompt_tokens={n} completion_tokens={n} model=gpt-4o",
  "{t} INFO cache key: user:{n}:profile hit",
  "{t} INFO partition key=orders-{n} offset={n}",
  "{t} kafka: consumer group shop rebalanced, assigned partitions [{n}]",
  "  at com.acme.shop.TokenService.refresh(TokenService.java:{n})",
  '  File "/app/auth/password.py", line {n}, in check_password',
  "{t} INFO migrated table password_resets in {n} ms",
  "{t} INFO test run: pass: {n}, fail: 0, skipped: {b}",
  "{t} INFO image registry.example.com/shop@sha256:{h}{h} pulled",
  "{t} INFO commit {h}{h8} deployed by ci, build {n}",
  "{t} ERROR secret shop/db not found",
  "{t} WARN couldn't find key ca.crt in Secret shop/tls: MountVolume.SetUp failed",
  "{t} INFO request id 3f2504e0-4f89-11d3-9a0c-0305e82c{b}c3 done",
  "{t} INFO signature check took {n} us, algorithm=RS256",
  "{t} INFO SELECT id, password_hash FROM users WHERE id = {n}",
  '{t} INFO http_requests_total{job="shop",route="/token"} {n}',
  "{t} WARN slow query: {n} ms, session: {n}",
  "{t} INFO author={b} title=The key of it",
  "{t} INFO sshd[{n}]: Accepted publickey for deploy from 10.0.0.{b} port {n} ssh2",
  "{t} INFO gc pause {n}ms, heap {n}M -> {n}M",
  "{t} ERROR connect ECONNREFUSED 10.0.0.{b}:5432",
  "{t} INFO job=nightly-backup state=done bytes={n}",
  "{t} INFO feature flag passwordless=true rolled out to {b} %",
  "{t} INFO user +{b} others joined the room",
  "{t} INFO nonce accepted, window {n}",
  "{t} ERROR dial tcp: lookup auth.shop.svc.cluster.local: no such host",
  "{t} INFO tokenizer loaded in {n} ms, vocabulary {n}",
  "{t} INFO pin=17 state=HIGH after {n} us",
];

Deno.test("redact() leaves 10,000 ordinary log lines as they are, but for less than 0.5 %", () => {
  const changed: string[] = [];
  for (let i = 0; i < 10_000; i++) {
    const line = ORDINARY[i % ORDINARY.length]!
      .replaceAll("{t}", () => new Date(1_790_000_000_000 + i * 7_919).toISOString())
      .replaceAll("{n}", () => drawn(1 + (i % 6), "123456789"))
      .replaceAll("{b}", () => drawn(2, "123456789"))
      .replaceAll("{h8}", () => hex(10))
      .replaceAll("{h}", () => hex(32));
    if (redact(line) !== line) changed.push(`${line} -> ${redact(line)}`);
  }
  assert.ok(changed.length < 50, `${changed.length} changed: ${changed.slice(0, 5).join("\n")}`);
});
