import assert from "node:assert/strict";
import { delimiter, dirname, join } from "node:path";
import { BIN, ensureBuilt, executablePath, type Result, ROOT, type Stack, stack, until } from "./testing/mod.ts";

const RUNTIME = dirname(Deno.execPath());

/** A delivery of Alertmanager for `service`. */
function delivery(status: "firing" | "resolved", startsAt: Date) {
  const labels = { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" };
  return {
    version: "4",
    groupKey: '{}:{alertname="InventoryHighErrorRate", service="inventory"}',
    truncatedAlerts: 0,
    status,
    receiver: "agent",
    groupLabels: { alertname: labels.alertname, service: labels.service },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: "http://alertmanager.example",
    alerts: [{
      status,
      labels,
      annotations: { summary: "The inventory fails \x1b[31mtoo many\x1b[0m of its requests" },
      startsAt: startsAt.toISOString(),
      endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
      generatorURL: "",
      fingerprint: "5d1b0a3f0e6a9c42",
    }],
  };
}

async function deliver(system: Stack, status: "firing" | "resolved", startsAt: Date): Promise<void> {
  const response = await fetch(`${system.urls.agent}/alerts`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${(await Deno.readTextFile(join(system.folder, "run", "alert_token"))).trim()}`,
    },
    body: JSON.stringify(delivery(status, startsAt)),
  });
  await response.body?.cancel();
  assert.ok(response.ok, `${response.status}`);
}

Deno.test("oncall commands work against the running system, from up to down", async (t) => {
  await ensureBuilt("cli");
  await using system = await stack();
  const tasks = Object.fromEntries(["up", "down", "lab"].map((name) => {
    // As deno.json has them, but for the folder that they run in.
    const [config, lock, file] = [join(ROOT, "deno.json"), join(ROOT, "deno.lock"), join(ROOT, "tasks", `${name}.ts`)];
    return [name, `DENO_TLS_CA_STORE=mozilla,system deno run -A --config ${config} --lock=${lock} ${file}`];
  }));
  await Deno.writeTextFile(join(system.folder, "deno.json"), JSON.stringify({ tasks }));
  const { lb, agent } = system.urls;
  const command = (...args: string[]) =>
    new Deno.Command(executablePath("cli"), {
      args,
      cwd: system.folder,
      clearEnv: true,
      env: {
        ...system.env,
        PATH: [RUNTIME, BIN, Deno.env.get("PATH") ?? ""].join(delimiter),
        HOME: Deno.env.get("HOME") ?? "/",
        DENO_DIR: Deno.env.get("DENO_DIR") ?? "",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const oncall = async (...args: string[]): Promise<Result> => {
    const { code, stdout, stderr } = await command(...args).output();
    const result = { code, stdout: text(stdout), stderr: text(stderr) };
    assert.ok(!`${result.stdout}${result.stderr}`.includes("\x1b"), "a pipe is sent no escape codes");
    return result;
  };
  const well = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await oncall(...args);
    assert.deepEqual([code, stderr], [0, ""], `oncall ${args.join(" ")}: ${stdout}`);
    return stdout;
  };

  await t.step("status and others say that nothing runs before up", async () => {
    assert.equal((await oncall("status")).code, 1);
    const { code, stderr } = await oncall("incidents");
    assert.deepEqual([code, stderr.includes(agent)], [3, true]);
  });

  await t.step("up starts the system, status shows it", async () => {
    const up = await oncall("up");
    assert.equal(up.code, 0, up.stdout + up.stderr);
    const { ok, parts } = JSON.parse(await well("status", "--json"));
    assert.equal(ok, true);
    const names = parts.map((part: { name: string }) => part.name);
    assert.deepEqual(names, ["manager", "inv1", "inv2", "load balancer", "Prometheus", "Alertmanager", "agent"]);
  });

  await t.step("scale starts and stops instances, and is refused past the range", async () => {
    assert.match(await well("scale", "3"), /^3 instances run, started \d+\n$/);
    assert.equal(JSON.parse(await well("scale", "2", "--json")).replicas, 2);
    const { code, stderr } = await oncall("scale", "7");
    assert.deepEqual([code, /replicas/.test(stderr)], [1, true]);
  });

  await t.step("fault, traffic and logs: what is set is what happens", async () => {
    await until("the balancer has both instances", async () => {
      const { backends } = await (await fetch(`${lb}/healthz`)).json();
      return backends.length === 2;
    });
    assert.match(await well("fault", "errors", "--p-error", "1"), /^set {2}\d+: errors\nset {2}\d+: errors\n$/);
    const failing = JSON.parse(await well("traffic", "--rps", "50", "--duration", "1", "--json"));
    assert.deepEqual([failing.scheduled, failing.statuses], [50, { "500": 50 }]);
    await well("fault", "none");
    const healthy = JSON.parse(await well("traffic", "--rps", "50", "--duration", "1", "--json"));
    assert.deepEqual([healthy.ok, healthy.errors], [50, 0]);
    assert.match(await well("logs", "-n", "3"), /^(.* ERROR .*\n){3}$/);
    assert.equal(JSON.parse(await well("logs", "--json")).count, 50);
  });

  const startsAt = new Date();
  await t.step("watch tells an incident from its alert to its end", async () => {
    await using watching = command("watch", "--json", "--until", "resolved").spawn();
    let seen = "";
    const reading = (async () => {
      for await (const part of watching.stdout.pipeThrough(new TextDecoderStream())) seen += part;
    })();
    const errors = new Response(watching.stderr).text();
    await deliver(system, "firing", startsAt);
    assert.equal((await oncall("watch", "latest", "--until", "diagnosed", "--timeout", "60")).code, 0);
    await until("the watch tells of it", () => seen.includes('"diagnosis"'));
    await deliver(system, "resolved", startsAt);
    assert.equal((await watching.status).code, 0, await errors);
    await reading;
    await errors;
    const kinds = seen.trim().split("\n").map((line) => JSON.parse(line).kind);
    for (const kind of ["timeline", "tool_call", "diagnosis", "state"]) assert.ok(kinds.includes(kind), seen);
  });

  await t.step("incidents, show, postmortem and open show it", async () => {
    const [incident] = JSON.parse(await well("incidents", "--json")).incidents;
    assert.match(await well("incidents"), new RegExp(`${incident.code} +resolved +critical +inventory`));
    assert.match(await well("incidents", "--state", "open"), /No incident matches/);
    assert.equal(JSON.parse(await well("show", incident.code.toLowerCase(), "--json")).id, incident.id);
    const shown = await well("show");
    assert.ok(shown.startsWith(incident.code) && shown.includes("compute_error_rate"), shown);
    assert.match(await well("show", "latest", "--evidence", "E1"), /fetch_logs|compute_error_rate/);
    assert.match(await well("postmortem", incident.id), new RegExp(`^# ${incident.code}: `));
    assert.equal(await well("open"), `${agent}/\n`);
    const none = await oncall("show", "NONE");
    assert.deepEqual([none.code, none.stderr.includes('no incident "NONE"')], [1, true]);
  });

  await t.step("reply and silence do what they say", async () => {
    const code = JSON.parse(await well("show", "--json")).code;
    assert.match(await well("reply", code, "why", "--from", "ravi"), new RegExp(code));
    assert.match(await well("silence", code, "5m"), /silenced/);
    const silences = async () => {
      const all = await (await fetch(`${system.urls.alertmanager}/api/v2/silences`)).json();
      return all.filter((silence: { status: { state: string } }) => silence.status.state === "active").length;
    };
    assert.equal(await silences(), 1);
    await well("silence", code, "--end");
    assert.equal(await silences(), 0);
    for (
      const [said, told] of [
        [["silence", code, "--end"], /has no silence from this agent; nothing was done/],
        [["reply", code, "reboot", "the", "moon"], /did not understand that, and nothing was done/],
        [["reply", code, "create", "Jira", "task"], /Nothing was done\. Jira is not configured/],
      ] as const
    ) {
      const { code: status, stdout } = await oncall(...said);
      assert.deepEqual([status, told.test(stdout)], [1, true], stdout);
    }
    const from = JSON.parse(await well("show", code, "--json")).messages.map((message: { from: string }) =>
      message.from
    );
    assert.ok(from.includes("operator:ravi") && from.includes("agent"), from.join());
  });

  await t.step("replay, doctor, rank, lab and completions answer", async () => {
    assert.match(await well("replay"), /^Same diagnosis\.$/m);
    const { checks } = JSON.parse((await oncall("doctor", "--json")).stdout);
    const states = checks.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`);
    assert.ok(states.includes("Logs ok") && states.includes("Jira skipped"), states.join());
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 3},${i < 20 ? 1 + i % 2 : 90 + i}`);
    const file = join(system.folder, "metrics.csv");
    await Deno.writeTextFile(file, ["time,cart_latency,store_latency", ...rows].join("\n"));
    assert.equal(JSON.parse(await well("rank", file, "--json")).services[0].service, "store");
    const listed = await oncall("lab", "list", "--json", "null");
    assert.deepEqual([listed.code, JSON.parse(listed.stdout).scenarios.length > 0], [0, true], listed.stderr);
    const none = await oncall("lab", "report");
    assert.deepEqual([none.code, /there is no report/.test(none.stderr)], [1, true]);
    assert.match(await well("completions", "fish"), /complete -c oncall/);
  });

  await t.step("status says so when a part is gone", async () => {
    const { pid } = (await system.processes()).find(({ name }) => name === "oncall-lb")!;
    Deno.kill(pid, "SIGKILL");
    const { code, stdout } = await oncall("status");
    assert.deepEqual([code, /load balancer +down/.test(stdout)], [1, true]);
  });

  await t.step("down ends it", async () => {
    const down = await oncall("down");
    assert.equal(down.code, 0, down.stdout + down.stderr);
    assert.deepEqual(await system.processes(), []);
  });
});

Deno.test("oncall says where to go when up is asked for outside a checkout", async () => {
  await ensureBuilt("cli");
  const folder = await Deno.makeTempDir({ prefix: "oncall-test-" });
  const { code, stderr } = await new Deno.Command(executablePath("cli"), { args: ["up"], cwd: folder }).output();
  assert.deepEqual([code, new TextDecoder().decode(stderr).includes("go to the checkout")], [2, true]);
  await Deno.remove(folder);
});
