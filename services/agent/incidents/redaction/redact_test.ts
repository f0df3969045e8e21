import assert from "node:assert/strict";
import fc from "fast-check";
import { redact, redactDeep, REDACTED } from "./mod.ts";
import { RULES } from "./rules.ts";

const SECRETS: readonly (readonly [text: string, secret: string])[] = [
  ["GET /x?api_key=abc123def&y=1 failed", "abc123def"],
  ["Authorization: Bearer abc.def-123", "abc.def-123"],
  ["authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
  ['{"password":"hunter two"}', "hunter two"],
  ["password=hunter2 user=bob", "hunter2"],
  ["db_password: s3cr3t", "s3cr3t"],
  ["Cookie: sid=1f2e; theme=dark", "1f2e"],
  ["Set-Cookie: session=zzz; HttpOnly", "zzz"],
  ["postgres://bob:pa55@db:5432/x", "pa55"],
  ["key sk-proj-abcdefghijklmnopqrst used", "sk-proj-abcdefghijklmnopqrst"],
  ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"],
  ["AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"],
  ["xoxb-12345678901-abcdef", "xoxb-12345678901-abcdef"],
  ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "eyJzdWIiOiIxIn0"],
  ["card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"],
  ["card 4111 1111 1111 1111 12/27", "4111 1111 1111 1111"],
  ["order 12 4111-1111-1111-1111 1 2", "4111-1111-1111-1111"],
  ["1111 1111 1111 4111 1111 1111 1111", "4111 1111 1111 1111"],
  ["from 3782 822463 10005 500", "3782 822463 10005"],
  ["at 99 4111111111111111 0", "4111111111111111"],
  ["card 5500-0000-0000-0004", "5500-0000-0000-0004"],
  ["mail to ravi.k@example.co.uk bounced", "ravi.k@example.co.uk"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"],
  ["the password is tr0ub4dor", "tr0ub4dor"],
  ['const apiKey = "s3cr3t-value";', "s3cr3t-value"],
  ["AC0123456789abcdef0123456789abcdef", "AC0123456789abcdef0123456789abcdef"],
  ["client_secret: 'q w e'", "q w e"],
  ['{\\"token\\":\\"inner-9\\"}', "inner-9"],
  ["escaped\\nghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"],
  ["escaped\\tcard\\n4111111111111111 declined", "4111111111111111"],
  ["http://grafana/d/x?to=ravi%40example.com&from=now", "ravi%40example.com"],
  ["http://prometheus/graph?g0.expr=up%7Bauth_token%3D%22t0k3n%22%7D&g0.tab=1", "t0k3n"],
  ["password=prefix-ghp_abcdefghijklmnopqrstuvwxyz0123456789", "prefix"],
];

/** Texts of pieces that secrets are made of, whole and broken. */
const texts = fc.array(
  fc.oneof(
    fc.constantFrom(...SECRETS.flat()),
    fc.constantFrom(
      "password",
      "Token",
      "api-key",
      "COOKIE",
      "Authorization",
      "is",
      "was",
      "://",
      "bearer",
      "sessionid",
    ),
    fc.constantFrom(
      "AC",
      "SK",
      "AKIA",
      "eyJ",
      "sk-",
      "sk_live_",
      "gho_",
      "xoxb-",
      "@",
      "%40",
      "%3D",
      "%3d",
      "=",
      ":",
      ": ",
      '"',
      "'",
      "\\n",
    ),
    fc.stringMatching(/^[0-9a-f]{0,40}$/),
    fc.stringMatching(/^[0-9 -]{0,20}$/),
    fc.stringMatching(/^[A-Z0-9]{0,20}$/),
    fc.constantFrom(" ", "\n", "\u00a0", "\u2003", "é", ".", "/", "-", "_", ",", "]", "["),
    fc.string({ maxLength: 12 }),
  ),
  { maxLength: 12 },
).map((pieces) => pieces.join(""));

Deno.test("redact() leaves no secret of any kind", () => {
  for (const [text, secret] of SECRETS) {
    assert(!redact(text).includes(secret), `${text} -> ${redact(text)}`);
    assert.match(redact(text), /\[redacted/);
  }
});

Deno.test("redact() takes the value of every name that tells of a secret", () => {
  const names =
    "apikey api_key API-KEY x-api-key access_key accessKeyId secret_key private-key client_secret CLIENTSECRET " +
    "account_key sharedkey aws_secret auth_token x-auth-token db_password passwd my_passwd passphrase pwd credential " +
    "credentials session sessionId session_id sessid PHPSESSID jsessionid csrf signature cookie set-cookie " +
    "authorization Proxy-Authorization";
  for (const name of names.split(" ")) {
    for (const text of [`${name}=x9y8z7`, `"${name}": "x9y8z7"`, `${name}: x9y8z7`, `a\\n${name}=x9y8z7`]) {
      assert.doesNotMatch(redact(text), /x9y8z7/, text);
    }
    assert.deepEqual(redactDeep({ [name]: "x9y8z7" }), { [name]: "[redacted value]" });
  }
});

Deno.test("redact() takes exactly what all rules take one after another", () => {
  const slowly = (text: string) => RULES.reduce((out, { take }) => take(out), text);
  let taken = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const expected = slowly(text);
      taken += Number(expected !== text);
      assert.equal(redact(text), expected);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(taken > 200, `only ${taken} texts had anything to take`);
});

Deno.test("redact() leaves what stands around a secret as it was", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const pieces = redact(text).split(REDACTED).map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
      assert.match(text, new RegExp(`^(?:${pieces.join("(?:.+)")})$`, "s"));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("redact() leaves what an investigation needs", () => {
  for (
    const text of [
      "2026-11-22 15:04:05,123 4711 ERROR TypeError: Cannot read properties of null (reading 'price')",
      "    at price (file:///tmp/deno-compile-oncall-inventory/services/inventory/pricing.ts:42:13)",
      "127.0.0.1:8001 inv1 /items/{id} 500 0.412",
      "function tokenize(token: string): boolean",
      "id 1732287845123456 at 1732287845.123",
      'sum(rate(http_errors_total{job="inventory"}[1m]))',
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ]
  ) assert.equal(redact(text), text);
});

Deno.test("redact() changes nothing when applied twice", () => {
  for (const [text] of SECRETS) assert.equal(redact(redact(text)), redact(text));
});

Deno.test("redactDeep() hides what stands under a telling key, and strings anywhere", () => {
  assert.deepEqual(redactDeep({ token: "abc", nested: [{ note: "a@b.io" }], count: 3 }), {
    token: "[redacted value]",
    nested: [{ note: "[redacted e-mail]" }],
    count: 3,
  });
});

Deno.test("redactDeep() gives the same value when there is nothing to take", () => {
  const value = {
    alerts: [{ labels: { alertname: "A" }, startsAt: "2026-01-01T06:56:06.702920446Z" }],
    n: 1,
    no: null,
  };
  assert.equal(redactDeep(value), value);
});
