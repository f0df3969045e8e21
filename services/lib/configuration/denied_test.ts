import assert from "node:assert/strict";
import { explainDenied } from "./denied.ts";

const net = 'Requires net access to "jira.example.com:443", specify the required permissions during compilation';

Deno.test("explainDenied() names the host and how to permit it when the network was refused", () => {
  const text = explainDenied(new Error("fetch failed", { cause: new Deno.errors.NotCapable(net) }));
  assert.match(text ?? "", /^jira\.example\.com is not among .*ONCALL_ALLOW_NET=jira\.example\.com .*deno task build$/);
});

Deno.test("explainDenied() names the path or program when a file or a program was refused", () => {
  assert.match(
    explainDenied(new Deno.errors.NotCapable('Requires write access to "/etc/x"')) ?? "",
    /write "\/etc\/x"/,
  );
  assert.match(explainDenied(new Deno.errors.NotCapable('Requires run access to "ls"')) ?? "", /run "ls"/);
});

Deno.test("explainDenied() gives nothing when the error is of another kind", () => {
  assert.equal(explainDenied(new Error('Requires net access to "x:1"')), undefined);
  assert.equal(explainDenied("text"), undefined);
});
