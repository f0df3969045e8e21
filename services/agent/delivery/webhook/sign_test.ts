import assert from "node:assert/strict";
import { keyOf, signedHeaders } from "./sign.ts";

const KEYS = [1, 2].map((fill) => `whsec_${new Uint8Array(32).fill(fill).toBase64()}`);

async function verifies(headers: Record<string, string>, body: string, secret: string): Promise<boolean> {
  const bytes = Uint8Array.fromBase64(secret.replace("whsec_", ""));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signed = new TextEncoder().encode(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const all = headers["webhook-signature"]!.split(" ").filter((one) => one.startsWith("v1,"));
  const verified = all.map((one) => crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(one.slice(3)), signed));
  return (await Promise.all(verified)).some(Boolean);
}

for (const body of ['{"a": 1}', '{"a":"Grüße ☕"}', ""]) {
  Deno.test(`signedHeaders() signs ${JSON.stringify(body)} so that each key verifies it and no other does`, async () => {
    const headers = signedHeaders({ id: "row-1", timestamp: 1_764_327_000, body }, KEYS);
    for (const key of KEYS) assert.equal(await verifies(headers, body, key), true);
    assert.equal(await verifies(headers, `${body} `, KEYS[0]!), false);
    assert.equal(await verifies({ ...headers, "webhook-id": "row-2" }, body, KEYS[0]!), false);
    assert.equal(await verifies({ ...headers, "webhook-timestamp": "1764327001" }, body, KEYS[0]!), false);
    assert.equal(await verifies(headers, body, `whsec_${new Uint8Array(32).fill(3).toBase64()}`), false);
  });
}

Deno.test("keyOf() takes 24 to 64 bytes in base64, with whsec_ or without, and nothing else", () => {
  const bytes = (length: number) => new Uint8Array(length).toBase64();
  assert.equal(keyOf(bytes(24))?.length, 24);
  assert.equal(keyOf(`whsec_${bytes(64)}`)?.length, 64);
  for (const wrong of ["", "whsec_", "hunter2", bytes(23), bytes(65), "whsec_not base64", "*".repeat(40)]) {
    assert.equal(keyOf(wrong), undefined, wrong);
  }
});
