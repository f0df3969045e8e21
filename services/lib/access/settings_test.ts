import assert from "node:assert/strict";
import { fetchWithToken, labIsOn, refuseOpenAddress } from "./mod.ts";

Deno.test("refuseOpenAddress() names what to set where other machines reach the address", () => {
  const tokens = { CONSOLE_TOKEN: undefined, ALERT_TOKEN: "x" };
  for (const hostname of ["0.0.0.0", "::", "[::]", "10.0.0.7", "192.168.1.4", "oncall.internal", "127.evil.example"]) {
    assert.throws(
      () => refuseOpenAddress({ hostname, variable: "AGENT_HOST", tokens }),
      (error: Error) =>
        /^AGENT_HOST: .*set CONSOLE_TOKEN to a long random text/.test(error.message) && !error.message.includes("\n"),
      hostname,
    );
    refuseOpenAddress({ hostname, variable: "AGENT_HOST", tokens: { ALERT_TOKEN: "x" } });
  }
  for (const hostname of ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"]) {
    refuseOpenAddress({ hostname, variable: "AGENT_HOST", tokens });
  }
});

Deno.test("labIsOn() is off by default where other machines reach the server", () => {
  assert.deepEqual([labIsOn(undefined, "127.0.0.1"), labIsOn(undefined, "0.0.0.0")], [true, false]);
  assert.deepEqual([labIsOn(false, "127.0.0.1"), labIsOn(true, "0.0.0.0")], [false, true]);
});

Deno.test("fetchWithToken() shows the token to the system's own servers only", async () => {
  const seen: [string, string | null][] = [];
  const plain: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    seen.push([request.url, request.headers.get("authorization")]);
    return Promise.resolve(new Response());
  };
  const fetching = fetchWithToken(plain, { token: "t", urls: ["http://127.0.0.1:7070", "no url"] });
  await fetching("http://127.0.0.1:7070/scale", { method: "POST", headers: { "x-a": "b" } });
  await fetching(new Request("http://127.0.0.1:7070/events"));
  await fetching("http://127.0.0.1:7070/x", { headers: { authorization: "Basic y" } });
  await fetching("http://127.0.0.1:7071/");
  await fetching("http://127.0.0.1.evil.example:7070/");
  await fetchWithToken(plain, { token: undefined, urls: ["http://127.0.0.1:7070"] })("http://127.0.0.1:7070/");
  assert.deepEqual(seen.map(([, sent]) => sent), ["Bearer t", "Bearer t", "Basic y", null, null, null]);
});
