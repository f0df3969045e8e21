import assert from "node:assert/strict";
import { hashPassword, isPassword, passwordProblem } from "./password.ts";

Deno.test("isPassword() knows the password of a hash, and no other", async () => {
  const hash = await hashPassword("correct horse battery");
  assert.match(hash, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  assert.notEqual(hash, await hashPassword("correct horse battery"), "salted");
  assert.equal(await isPassword("correct horse battery", hash), true);
  assert.equal(await isPassword("correct horse batterz", hash), false);
  assert.equal(await isPassword("", hash), false);
  assert.equal(await isPassword("anything", undefined), false);
});

Deno.test("isPassword() takes a hash of another cost, and letters in either of their Unicode forms", async () => {
  const hash = "scrypt$1024$8$1$" + "c2FsdHNhbHRzYWx0c2Fs" + "dA" + "$" + "A".repeat(43);
  assert.equal(await isPassword("x", hash), false);
  assert.equal(await isPassword("zürich-is-nice", await hashPassword("zu\u0308rich-is-nice")), true);
});

Deno.test("passwordProblem() says what is wrong with a new password", () => {
  assert.equal(passwordProblem("a good long one", "anna"), undefined);
  assert.match(passwordProblem("short", "anna")!, /12 characters/);
  assert.match(passwordProblem("aaaaaaaaaaaaaaaa", "anna")!, /different/);
  assert.match(passwordProblem("my name is Anna!", "anna")!, /hold the name/);
  assert.match(passwordProblem("x1y2".repeat(60), "anna")!, /at most 200/);
});
