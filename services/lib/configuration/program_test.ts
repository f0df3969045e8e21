import assert from "node:assert/strict";
import { ConfigurationError } from "./problems.ts";
import { loadDotEnv, parseDotEnv } from "./dot_env.ts";
import { readSettings } from "./program.ts";
import { flag, integer, list, number, oneOf, secret, url } from "./setting.ts";

const program = { name: "oncall-test", summary: "A test." };
const settings = {
  port: integer({ env: "PORT", flag: "port", help: "port" }, 8001, 1, 65535),
  share: number({ flag: "share", help: "share" }, 0.5, 0, 1),
  mode: oneOf({ env: "MODE", flag: "mode", help: "mode" }, "none", ["none", "cpu"]),
  target: url({ env: "TARGET", help: "target" }, "http://127.0.0.1:9000"),
  numbers: list({ env: "NUMBERS", help: "numbers" }),
  token: secret({ env: "TOKEN", help: "token" }),
  json: flag({ flag: "json", help: "json" }),
};

function read(args: string[], env: Record<string, string> = {}, dotEnv: Record<string, string> = {}) {
  return readSettings(program, settings, { args, env: (name) => env[name], dotEnv });
}

Deno.test("readSettings() takes the flag before the environment before .env before the default", () => {
  assert.equal(read([]).port, 8001);
  assert.equal(read([], {}, { PORT: "3" }).port, 3);
  assert.equal(read([], { PORT: "2" }, { PORT: "3" }).port, 2);
  assert.equal(read(["--port", "1"], { PORT: "2" }, { PORT: "3" }).port, 1);
});

Deno.test("readSettings() reports every problem at once", () => {
  assert.throws(() => read(["--port", "0", "--share=7", "--mode", "x"], { TARGET: "ftp://x" }), (error: Error) => {
    assert(error instanceof ConfigurationError);
    for (const part of ["--port", "--share", "--mode", "TARGET", "none, cpu"]) assert.ok(error.message.includes(part));
    return true;
  });
});

Deno.test("readSettings() refuses unknown flags and arguments", () => {
  assert.throws(() => read(["--prot", "1"]), /unknown option '--prot'/);
  assert.throws(() => read(["extra"]), ConfigurationError);
});

Deno.test("readSettings() reads lists, switches and URLs", () => {
  const values = read(["--json"], { NUMBERS: "a, b,,c", TARGET: "http://x:1/" });
  assert.deepEqual(values.numbers, ["a", "b", "c"]);
  assert.equal(values.json, true);
  assert.equal(values.target, "http://x:1");
});

Deno.test("parseDotEnv() names the line that is not NAME=value", () => {
  assert.deepEqual({ ...parseDotEnv("# c\nA=1\nB='x y'\n") }, { A: "1", B: "x y" });
  assert.throws(() => parseDotEnv("A=1\nnonsense\n"), /\.env line 2/);
});

Deno.test("loadDotEnv() refuses a variable that no executable knows, and names the nearest", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "PM_PORT=7071\nOPENAI_APIKEY=x\nCOMPOSE_PROJECT_NAME=shop\n");
    assert.throws(() => loadDotEnv(path), (error: Error) => {
      assert(error instanceof ConfigurationError);
      assert.match(error.problems[0]!, /unknown variable OPENAI_APIKEY, did you mean OPENAI_API_KEY\?$/);
      assert.match(error.problems[1]!, /unknown variable COMPOSE_PROJECT_NAME, remove it/);
      assert.equal(error.problems.length, 2);
      return true;
    });
    await Deno.writeTextFile(path, "PM_PORT=7071\n");
    assert.deepEqual({ ...loadDotEnv(path) }, { PM_PORT: "7071" });
  } finally {
    await Deno.remove(path);
  }
});
