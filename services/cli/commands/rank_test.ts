import assert from "node:assert/strict";
import { oncall } from "../testing/world.ts";

/** `cart` computes from 400 s on, and `front`, which calls it, waits for it; `mail` has nothing to do with it. */
function csv(trouble: boolean): string {
  const rows = Array.from({ length: 600 }, (_, time) => {
    const wobble = (k: number) => 1 + 0.04 * Math.sin(time * k) + 0.02 * Math.cos(time * 3.7 * k);
    const on = trouble && time >= 400;
    return [
      time,
      ...[0.2 * wobble(1.1) * (on ? 4 : 1), 30 * wobble(0.7) * (on ? 3 : 1)],
      ...[0.3 * wobble(1.3), 80 * wobble(0.9) * (on ? 2.5 : 1)],
      ...[time % 50 === 0 ? "" : 0.1 * wobble(1.7), 20 * wobble(1.9)],
    ].join(",");
  });
  return ["time,cart-db_cpu,cart-db_latency,front_cpu,front_latency,mail_cpu,mail_latency", ...rows].join("\n");
}

const files: Record<string, string> = {
  "-": csv(true),
  "clocks.csv": csv(true).replace("mail_cpu", "time.1"),
  "bad.csv": "time,a_cpu\n1,2\nx,3\n",
  "edges.csv": "caller,callee\nfront,cart-db\nfront,mail\n",
  "quiet.csv": csv(false),
  "trouble.csv": csv(true),
};
const readText = (path: string) =>
  path in files ? Promise.resolve(files[path]!) : Promise.reject(new Deno.errors.NotFound("no"));
const rank = (line: string) => oncall(`rank ${line}`, {}, { readText });

Deno.test("rank() prints onset, suspects with reasons and columns as JSON", async () => {
  for (const line of ["trouble.csv --json", "trouble.csv --onset 430 --json", "trouble.csv --onset=350 --json"]) {
    const { exitCode, out } = await rank(line);
    assert.equal(exitCode, 0);
    const { onset, stands_out, services, columns } = JSON.parse(out);
    assert.ok(Math.abs(onset - 400) <= 60, out);
    assert.equal(stands_out, true);
    assert.equal(services[0].service, "cart-db");
    assert.match(services[0].because[0], /^(cpu|latency) rose from .* to .*\((inside|outside)\)/);
    assert.deepEqual(Object.keys(columns[0]), ["column", "score"]);
    assert.ok(columns.every(({ score }: { score: number }) => score > 0));
  }
});

Deno.test("rank() names the columns that are no service's metric, and ranks the others", async () => {
  const { exitCode, out, error } = await rank("clocks.csv --json");
  assert.equal(exitCode, 0);
  assert.equal(JSON.parse(out).services[0].service, "cart-db");
  assert.equal(error, "Left out, no <service>_<metric>: time.1\n");
});

Deno.test("rank() tells people the same in lines", async () => {
  const { exitCode, out } = await rank("trouble.csv --graph edges.csv --symptom front --top 1");
  assert.equal(exitCode, 0);
  assert.match(out, /^Onset {2}\d+ s$/m);
  assert.match(out, /^ {2}1 {2}cart-db {2}\d+\.\d\d {2}.*cpu rose/m);
  assert.doesNotMatch(out, /mail/);
});

Deno.test("rank() reads stdin, and says why a file cannot be read", async () => {
  assert.equal(JSON.parse((await rank("- --json")).out).services[0].service, "cart-db");
  const denied = () => Promise.reject(new Deno.errors.PermissionDenied("Permission denied (os error 13)"));
  const { exitCode, error } = await oncall("rank /else/where.csv", {}, { readText: denied });
  assert.equal(exitCode, 2);
  assert.match(error, /Cannot read \/else\/where\.csv: Permission denied/);
});

Deno.test("rank() says that nothing stands out when nothing does", async () => {
  assert.deepEqual(await rank("quiet.csv").then(({ exitCode, out }) => [exitCode, out]), [0, "Nothing stands out.\n"]);
  assert.equal(JSON.parse((await rank("quiet.csv --json")).out).stands_out, false);
});

Deno.test("rank() refuses what it cannot use with one line and status 2", async () => {
  const wrong: [line: string, error: RegExp][] = [
    ["none.csv", /^oncall: Cannot read none\.csv: there is no such file\n$/],
    ["bad.csv", /^oncall: bad\.csv: line 3: expected seconds in "time", got "x"\n$/],
    ["trouble.csv --graph quiet.csv", /^oncall: quiet\.csv: line 1: expected "caller,callee"\n$/],
    ["trouble.csv --onset 9000", /^oncall: --onset 9000 is outside of the file's time, 0 to 599\n$/],
    ["trouble.csv --onset soon", /^oncall: .*expected a number.*\n$/],
    ["trouble.csv --symptom front", /^oncall: --symptom needs --graph.*\n$/],
    ["trouble.csv --graph edges.csv --symptom x", /^oncall: --symptom x: no such service.*\n$/],
    ["trouble.csv --top 0", /^oncall: .*expected a whole number.*\n$/],
    ["", /^oncall: missing required argument 'file'.*\n$/],
  ];
  for (const [line, error] of wrong) {
    const ran = await rank(line);
    assert.equal(ran.exitCode, 2, line);
    assert.match(ran.error, error);
  }
});
