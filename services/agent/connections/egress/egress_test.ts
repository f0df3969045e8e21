import assert from "node:assert/strict";
import { reachOf, refusalOf } from "./addresses.ts";
import { EgressRefused, Guard } from "./guard.ts";
import { addressesOf, hostsOf } from "./named.ts";

for (
  const address of [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "[fe80::1]",
    "febf::1",
    "fd00:ec2::254",
    "fd00:0ec2:0:0:0:0:0:0254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "0:0:0:0:0:ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "not an address",
  ]
) Deno.test(`refusalOf() refuses ${address}`, () => assert.notEqual(refusalOf(address), null));

for (
  const address of [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.0.9",
    "8.8.8.8",
    "2001:db8::1",
    "fd12::1",
    "::ffff:10.0.0.1",
  ]
) {
  Deno.test(`refusalOf() lets ${address} be reached`, () => assert.equal(refusalOf(address), null));
}

Deno.test("reachOf() tells loopback, private and public", () => {
  assert.deepEqual(["127.9.9.9", "::1", "::ffff:127.0.0.1"].map(reachOf), ["loopback", "loopback", "loopback"]);
  assert.deepEqual(["172.31.0.1", "100.64.1.1", "fd00::1"].map(reachOf), ["private", "private", "private"]);
  assert.deepEqual(["172.32.0.1", "2606:4700::1"].map(reachOf), ["public", "public"]);
});

/** Two servers, a guard that knows the first, and what reached either. */
async function world(
  work: (here: { guard: Guard; named: string; other: string; reached: string[]; told: string[] }) => Promise<void>,
  options: {
    readonly names?: Record<string, readonly (readonly string[])[]>;
    readonly location?: (other: string) => string;
  } = {},
) {
  const reached: string[] = [];
  const told: string[] = [];
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    reached.push(`other ${new URL(request.url).pathname} ${request.headers.get("authorization") ?? ""}`.trim());
    return new Response("secret");
  });
  const named = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    reached.push(`named ${pathname}`);
    if (pathname === "/back") return new Response(null, { status: 302, headers: { location: "/ok" } });
    if (pathname !== "/away") return new Response("ok");
    const location = options.location?.(`127.0.0.1:${other.addr.port}`) ?? `http://127.0.0.1:${other.addr.port}/`;
    return new Response(null, { status: 302, headers: { location } });
  });
  const asked = new Map<string, number>();
  const port = named.addr.port;
  const guard = new Guard({
    allowed: [`127.0.0.1:${port}`, `shop.test:${port}`, "*.cloud.test"],
    report: (host, why) => told.push(`${host}: ${why}`),
    resolve: (name) => {
      const times = asked.get(name) ?? 0;
      asked.set(name, times + 1);
      const answers = options.names?.[name] ?? [["127.0.0.1"]];
      return Promise.resolve(answers[Math.min(times, answers.length - 1)]!);
    },
  });
  try {
    await work({ guard, named: `127.0.0.1:${port}`, other: `127.0.0.1:${other.addr.port}`, reached, told });
  } finally {
    guard.close();
    await Promise.all([named.shutdown(), other.shutdown()]);
  }
}

const refused = (error: unknown) => error instanceof EgressRefused;

Deno.test("Guard lets what is named be reached, by address and by name, and nothing else", () =>
  world(async ({ guard, named, other, reached, told }) => {
    assert.equal(await (await guard.fetch(`http://${named}/a`)).text(), "ok");
    assert.equal(await (await guard.fetch(`http://shop.test:${named.split(":")[1]}/b`)).text(), "ok");
    assert.equal(await (await guard.fetch(new Request(`http://${named}/c`))).text(), "ok");
    for (
      const url of [
        `http://${other}/`,
        "http://169.254.169.254/latest/meta-data",
        `http://evil.test:${named.split(":")[1]}/`,
        "http://[fd00:ec2::254]/",
      ]
    ) {
      await assert.rejects(guard.fetch(url), refused, url);
    }
    await assert.rejects(guard.fetch("file:///etc/passwd"), refused);
    assert.deepEqual(reached, ["named /a", "named /b", "named /c"]);
    assert.equal(told.length, 5);
  }));

Deno.test("Guard follows a redirect to the same host, and refuses one to another", () =>
  world(async ({ guard, named, reached }) => {
    assert.equal(await (await guard.fetch(`http://${named}/back`)).text(), "ok");
    await assert.rejects(guard.fetch(`http://${named}/away`, { headers: { authorization: "Bearer x" } }), refused);
    assert.deepEqual(reached, ["named /back", "named /ok", "named /away"]);
  }));

for (
  const location of [
    "http://169.254.169.254/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "//evil.test/",
    "file:///etc/passwd",
  ]
) {
  Deno.test(`Guard refuses a redirect to ${location}`, () =>
    world(async ({ guard, named, reached }) => {
      await assert.rejects(guard.fetch(`http://${named}/away`), refused);
      assert.deepEqual(reached, ["named /away"]);
    }, { location: () => location }));
}

Deno.test("Guard hands a redirect back to who does not follow it", () =>
  world(async ({ guard, named }) => {
    const response = await guard.fetch(`http://${named}/away`, { redirect: "manual" });
    assert.equal(response.status, 302);
    await response.body?.cancel();
  }));

for (
  const [what, answers] of [
    ["a metadata address", [["169.254.169.254"]]],
    ["a metadata address beside a good one", [["127.0.0.1", "fd00:ec2::254"]]],
    ["a metadata address within IPv6", [["::ffff:169.254.169.254"]]],
    ["a metadata address at the second look", [["127.0.0.1"], ["169.254.169.254"]]],
  ] as const
) {
  Deno.test(`Guard refuses a named host whose name stands for ${what}`, () =>
    world(async ({ guard, named, reached }) => {
      const url = `http://shop.test:${named.split(":")[1]}/`;
      for (let look = 1; look < answers.length; look++) await (await guard.fetch(url)).text();
      await assert.rejects(guard.fetch(url), refused);
      assert.equal(reached.length, answers.length - 1);
    }, { names: { "shop.test": answers } }));
}

Deno.test("Guard refuses a name that turns from the public net to this machine", () =>
  world(async ({ guard }) => {
    assert.deepEqual(await guard.check("api.cloud.test", 443), ["93.184.216.34"]);
    await assert.rejects(
      guard.check("api.cloud.test", 443),
      /stood for a public address and now stands for a loopback one/,
    );
  }, { names: { "api.cloud.test": [["93.184.216.34"], ["127.0.0.1"]] } }));

Deno.test("Guard connects to the address that it checked, whatever the name says a moment later", () =>
  world(async ({ guard, named, reached }) => {
    // The runtime's own look-up of this name would fail: the connection can only go where the check looked.
    assert.equal(await (await guard.fetch(`http://shop.test:${named.split(":")[1]}/pinned`)).text(), "ok");
    assert.deepEqual(reached, ["named /pinned"]);
  }));

Deno.test("hostsOf() reads the hosts of URLs in values and lists, and of nothing else", () => {
  assert.deepEqual(
    hostsOf([
      "http://a:9090/x",
      ["https://b.test", "postgres://u:p@db/x"],
      "http://[::1]:80, http://c",
      7,
      undefined,
      "plain",
      "sqlite:run/x.db",
    ]),
    ["a:9090", "b.test:443", "db:5432", "::1:80", "c:80"],
  );
});

Deno.test("addressesOf() names servers, each member of a cluster, and proxies", () => {
  assert.deepEqual(
    addressesOf({
      a: { kind: "loki", url: "http://loki:3100", proxy: "http://proxy:3128" },
      b: { kind: "alertmanager", url: ["http://am1:9093", "http://am2:9093"] },
      c: { kind: "file" },
    }),
    ["http://loki:3100", "http://proxy:3128", "http://am1:9093", "http://am2:9093"],
  );
});
