import assert from "node:assert/strict";
import { OAuth2Server } from "oauth2-mock-server";
import { openStore } from "../incidents/mod.ts";
import { Accounts } from "./accounts.ts";
import { accountOf } from "./oidc_sign_in.ts";
import { Oidc, type OidcOptions, SignInRefused } from "./oidc.ts";
import { parseRoles, roleOf } from "./oidc_roles.ts";

interface World {
  readonly provider: OAuth2Server;
  readonly oidc: Oidc;
  advance(ms: number): void;
  /** Follows the provider's redirect as a browser does; the query that comes back. */
  visit(url: URL): Promise<string>;
}

async function withProvider(body: (world: World) => Promise<void>, change: Partial<OidcOptions> = {}): Promise<void> {
  const provider = new OAuth2Server();
  await provider.issuer.keys.generate("RS256");
  await provider.start(0, "127.0.0.1");
  provider.issuer.url = `http://127.0.0.1:${provider.address().port}`;
  let ms = Date.now();
  const oidc = new Oidc({
    issuer: provider.issuer.url,
    clientId: "oncall",
    clientSecret: "a-client-secret",
    redirectUrl: "https://oncall.example/console/oidc/callback",
    rolesClaim: "groups",
    roles: { sre: "act" },
    nowMs: () => ms,
    ...change,
  });
  const visit = async (url: URL) => {
    const answer = await fetch(url, { redirect: "manual" });
    await answer.body?.cancel();
    return new URL(answer.headers.get("location")!).search;
  };
  try {
    provider.service.on("beforeTokenSigning", (token) => {
      Object.assign(token.payload, { preferred_username: "Anna Müller", groups: ["sre", 7, "dev"] });
    });
    await body({ provider, oidc, advance: (by) => ms += by, visit });
  } finally {
    await provider.stop();
  }
}

Deno.test("Oidc signs a person in by code, PKCE, state and nonce, and tells subject, name and groups", () =>
  withProvider(async ({ provider, oidc, visit }) => {
    const asked: Record<string, string | undefined>[] = [];
    provider.service.on("beforeResponse", (_, request) => asked.push(request.body));
    const { url, id } = await oidc.begin("/incidents/K7QF");
    assert.equal(url.searchParams.get("code_challenge_method"), "S256");
    assert.equal(url.searchParams.get("redirect_uri"), "https://oncall.example/console/oidc/callback");
    const { person, next } = await oidc.complete(await visit(url), id);
    assert.deepEqual(person, {
      subject: `${provider.issuer.url} johndoe`,
      name: "Anna-Müller",
      groups: ["sre", "dev"],
    });
    assert.equal(next, "/incidents/K7QF");
    assert.match(asked[0]!.code_verifier!, /^[\w-]{43}$/);
  }));

Deno.test("Oidc refuses an answer that comes twice, to another browser, too late, or with another state", () =>
  withProvider(async ({ oidc, advance, visit }) => {
    const [one, two] = [await oidc.begin("/"), await oidc.begin("/")];
    const query = await visit(one.url);
    await assert.rejects(oidc.complete(query, two.id), SignInRefused, "another browser's");
    await assert.rejects(oidc.complete(query, "unknown"), /in another browser/);
    await oidc.complete(query, one.id);
    await assert.rejects(oidc.complete(query, one.id), /in another browser/, "once");
    const late = await oidc.begin("/");
    const lateQuery = await visit(late.url);
    advance(600_001);
    await assert.rejects(oidc.complete(lateQuery, late.id), /too long ago/);
    const denied = await oidc.begin("/");
    const state = denied.url.searchParams.get("state");
    await assert.rejects(oidc.complete(`?error=access_denied&state=${state}`, denied.id), /access_denied/);
  }));

Deno.test("Oidc refuses a token that another provider signed, for another client, or that has expired", async () => {
  for (
    const [why, change] of [
      ["audience", { aud: "another" }],
      ["issuer", { iss: "https://evil.example" }],
      ["expired", { exp: 1_000 }],
      ["nonce", { nonce: "another" }],
    ] as const
  ) {
    await withProvider(async ({ provider, oidc, visit }) => {
      provider.service.on("beforeTokenSigning", (token) => {
        Object.assign(token.payload, change);
      });
      const { url, id } = await oidc.begin("/");
      const query = await visit(url);
      await assert.rejects(oidc.complete(query, id), SignInRefused, why);
    });
  }
});

Deno.test("Oidc asks the provider anew after it did not answer, and says so in words", async () => {
  let away = true;
  const flaky = (...args: Parameters<typeof fetch>) => away ? Promise.reject(new TypeError("refused")) : fetch(...args);
  await withProvider(async ({ oidc }) => {
    await assert.rejects(oidc.begin("/"), /does not answer: try again soon/);
    away = false;
    await oidc.begin("/");
  }, { fetch: flaky });
});

Deno.test("Oidc asks over plain HTTP only a provider on this machine", async () => {
  const oidc = new Oidc({
    issuer: "http://id.example",
    clientId: "x",
    clientSecret: "y",
    redirectUrl: "https://oncall.example/console/oidc/callback",
    rolesClaim: "groups",
    roles: {},
    nowMs: Date.now,
    fetch: () => assert.fail("nothing is asked"),
  });
  await assert.rejects(oidc.begin("/"), SignInRefused);
});

Deno.test("accountOf() makes an account at the first sign-in, follows the groups, and takes over no account by its name", async () => {
  const now = () => new Date(0);
  const store = await openStore("sqlite::memory:", { now });
  try {
    const accounts = new Accounts({ store, now });
    const roles = parseRoles("sre=act,leads=administer");
    const person = { subject: "https://id.example 7", name: "anna", groups: ["sre"] };
    await accounts.add({ name: "local", role: "administer" }, { name: "Anna", role: "administer" });
    const made = await accountOf(accounts, person, roles);
    assert.deepEqual([made.name, made.role], ["anna@id.example", "act"]);
    const again = await accountOf(accounts, { ...person, name: "renamed", groups: ["sre", "leads"] }, roles);
    assert.deepEqual([again.id, again.name, again.role], [made.id, "anna@id.example", "administer"]);
    await assert.rejects(accountOf(accounts, { ...person, groups: [] }, roles), /in no group that OIDC_ROLES gives/);
    await accounts.change({ name: "local", role: "administer" }, made.name, { disabled: true });
    await assert.rejects(accountOf(accounts, person, roles), /is disabled/);
  } finally {
    await store.close();
  }
});

Deno.test("roleOf() is the highest role of a person's groups, and none without", () => {
  const roles = parseRoles("sre=act, on-call leads=administer,*=see");
  assert.deepEqual(roles, { sre: "act", "on-call leads": "administer", "*": "see" });
  assert.equal(roleOf(["dev", "sre"], roles), "act");
  assert.equal(roleOf(["sre", "on-call leads"], roles), "administer");
  assert.equal(roleOf([], roles), "see");
  assert.equal(roleOf(["dev", "toString"], { sre: "act" }), undefined);
  for (const bad of ["sre", "sre=root", "=act"]) assert.throws(() => parseRoles(bad), RangeError);
});
