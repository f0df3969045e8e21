import assert from "node:assert/strict";
import { redact, redactDeep } from "./mod.ts";

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
  ["card 5500-0000-0000-0004", "5500-0000-0000-0004"],
  ["mail to ravi.k@example.co.uk bounced", "ravi.k@example.co.uk"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"],
  ["the password is tr0ub4dor", "tr0ub4dor"],
  ['const apiKey = "s3cr3t-value";', "s3cr3t-value"],
  ["AC0123456789abcdef0123456789abcdef", "AC0123456789abcdef0123456789abcdef"],
  ["client_secret: 'q w e'", "q w e"],
  ['{\\"token\\":\\"inner-9\\"}', "inner-9"],
];

Deno.test("redact() leaves no secret of any kind", () => {
  for (const [text, secret] of SECRETS) {
    assert(!redact(text).includes(secret), `${text} -> ${redact(text)}`);
    assert.match(redact(text), /\[redacted/);
  }
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
