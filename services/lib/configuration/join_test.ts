import assert from "node:assert/strict";
import { joinSettings, refuseDuplicates } from "./join.ts";
import { optional, text, url } from "./setting.ts";

const publicUrl = optional({ env: "PUBLIC_URL", help: "where we are reached" });

Deno.test("joinSettings() joins groups that share one declaration", () => {
  const joined = joinSettings({ publicUrl, host: text({ flag: "host", help: "host" }, "a") }, { publicUrl });
  assert.deepEqual(Object.keys(joined), ["publicUrl", "host"]);
  assert.equal(joined.publicUrl, publicUrl);
});

Deno.test("joinSettings() refuses a name, a variable or a flag that two groups declare", () => {
  const other = url({ env: "PUBLIC_URL", help: "where we are reached" }, "");
  assert.throws(() => joinSettings({ publicUrl }, { publicUrl: other }), /the name publicUrl, \$PUBLIC_URL/);
  assert.throws(() => joinSettings({ publicUrl }, { base: other }), /twice: \$PUBLIC_URL;/);
  const flag = () => text({ flag: "host", help: "host" }, "a");
  assert.throws(() => joinSettings({ a: flag() }, { b: flag() }), /--host/);
});

Deno.test("refuseDuplicates() finds a variable that one group declares under two names", () => {
  const port = () => text({ env: "PORT", help: "port" }, "1");
  assert.throws(() => refuseDuplicates(Object.entries({ a: port(), b: port() })), /\$PORT/);
});
