import assert from "node:assert/strict";
import { linkToken, readToken } from "./link.ts";

const KEY = "a key of a test that is long enough";
const NOW = new Date("2026-01-01T12:00:00Z");
const ORDER = { incident: "incident-1", address: "anna@shop.example", expires: NOW.getTime() + 1_000 };

Deno.test("readToken() reads what linkToken() signed until it expires", () => {
  const token = linkToken(ORDER, KEY);
  assert.deepEqual(readToken(token, { key: KEY, now: NOW }), ORDER);
  assert.equal(readToken(token, { key: KEY, now: new Date(ORDER.expires) }), "expired");
});

Deno.test("readToken() refuses whatever was changed, whatever another key signed, and what is no token", () => {
  const token = linkToken(ORDER, KEY);
  const [said, signed] = token.split(".");
  const other = linkToken({ ...ORDER, incident: "incident-2" }, KEY).split(".")[0];
  for (
    const wrong of ["", ".", said!, `${said}.`, `.${signed}`, `${other}.${signed}`, `${token}A`, "x".repeat(5_000)]
  ) {
    assert.equal(readToken(wrong, { key: KEY, now: NOW }), undefined, wrong.slice(0, 50));
  }
  assert.equal(readToken(linkToken(ORDER, `${KEY} `), { key: KEY, now: NOW }), undefined);
});
