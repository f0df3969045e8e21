import assert from "node:assert/strict";
import { withoutSecrets } from "./secrets.ts";
import { type SentAlert, sentDelivery } from "./testing/deliveries.ts";
import { parseWebhook } from "./webhook.ts";

const SECRETS = {
  key: "AKIAABCDEFGHIJKLMNOP",
  token: "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
  password: "tr0ub4dor",
  cookie: "c00k1e",
  card: "4111 1111 1111 1111",
  mail: "ravi.k@example.co.uk",
};
const TEXTS = [
  `key ${SECRETS.key}`,
  `line\n${SECRETS.token}`,
  `https://bob:${SECRETS.password}@host/`,
  `Cookie: sid=${SECRETS.cookie}`,
  `card ${SECRETS.card}`,
  `to ${SECRETS.mail}`,
];

/** A delivery with `text` in every place that is free, and `name` as one more label's, annotation's and field's name. */
function deliveryWith(text: string, name: string) {
  const alert: SentAlert = { labels: { path: text, [name]: "1" }, annotations: { description: text, [name]: "1" } };
  const delivery = sentDelivery([alert], {
    groupKey: `{}/{team="x"}:{path=${JSON.stringify(text)}}`,
    groupLabels: { path: text },
    commonLabels: { path: text },
    commonAnnotations: { description: text },
    externalURL: `http://am:9093/?q=${text}`,
    receiver: text,
    [name]: { nested: [text] },
  });
  const query = new URLSearchParams({ "g0.expr": `up{path=${JSON.stringify(text)}}` });
  delivery.alerts[0]!.generatorURL = `http://prometheus:9090/graph?${query}`;
  return delivery;
}

Deno.test("parseWebhook() gives nothing on of a secret, wherever in a delivery it stands", () => {
  for (const text of TEXTS) {
    const webhook = parseWebhook(JSON.stringify(deliveryWith(text, SECRETS.mail)));
    const told = JSON.stringify(webhook);
    for (const secret of Object.values(SECRETS)) assert.ok(!told.includes(secret), `${secret} in ${told}`);
    assert.match(webhook.body, /\[redacted/);
    JSON.parse(webhook.body);
    assert.match(webhook.alerts[0]!.generator_url, /^http:\/\/prometheus:9090\/graph/);
  }
});

Deno.test("parseWebhook() keeps a body without secrets as it came", () => {
  const body = JSON.stringify(sentDelivery(), null, 1);
  assert.equal(parseWebhook(body).body, body);
});

Deno.test("withoutSecrets() keeps groups apart that differ in a secret alone, and gives each the same key each time", () => {
  const keyOf = (token: string) => {
    const fields = { groupKey: `{}:{dsn="u:${token}@h"}`, groupLabels: { dsn: `ftp://u:${token}@h` } };
    return (withoutSecrets(sentDelivery([{}], fields)) as { groupKey: string }).groupKey;
  };
  assert.equal(keyOf("one"), keyOf("one"));
  assert.notEqual(keyOf("one"), keyOf("two"));
  assert.match(keyOf("one"), /^\{"dsn":"ftp:\/\/\[redacted password\]@h"\} sha256:[0-9a-f]{16}$/);
});

Deno.test("withoutSecrets() leaves fingerprints alone, also one that could be a card's number", () => {
  const delivery = sentDelivery([{ fingerprint: "4111111111111111" }]);
  assert.equal(withoutSecrets(delivery), delivery);
});

Deno.test("withoutSecrets() takes what is no delivery", () => {
  for (const input of [null, 1, "a@b.io", [], { alerts: [1, { fingerprint: "a@b.io" }, "x"], groupKey: 7 }]) {
    assert.doesNotMatch(JSON.stringify(withoutSecrets(input)), /a@b\.io/);
  }
});

Deno.test("parseWebhook() quotes no secret of a body that is not JSON", () => {
  assert.throws(() => parseWebhook("password=tr0ub4dor"), (error: Error) => !error.message.includes("tr0ub4dor"));
});
