import fc from "fast-check";
import { fuzzedAgent } from "../agent.ts";
import { defineTarget } from "../target.ts";
import { anyJson, broken, jsonText, mostly, nasty, wordOf } from "../text.ts";

const time = wordOf(
  "2026-11-28T12:00:00Z",
  "2026-11-28T12:00:00.123456789+02:00",
  "0001-01-01T00:00:00Z",
  "1764331200",
);
const labels = fc.dictionary(
  wordOf("alertname", "service", "severity", "instance", "job", "pod"),
  mostly(wordOf("HighErrorRate", "cart", "critical", "a:1")),
  {
    maxKeys: 8,
  },
);
const alert = fc.record({
  status: mostly(fc.constantFrom("firing", "resolved")),
  labels: mostly(labels),
  annotations: mostly(fc.dictionary(wordOf("summary", "description"), mostly(nasty), { maxKeys: 4 })),
  startsAt: mostly(time),
  endsAt: mostly(time),
  generatorURL: mostly(wordOf("http://prometheus:9090/graph?g0.expr=up")),
  fingerprint: mostly(fc.constantFrom("00000000000000aa", "00000000000000ab", "00000000000000ac")),
}, { requiredKeys: [] });
const delivery = fc.record({
  version: mostly(fc.constant("4")),
  groupKey: mostly(fc.constantFrom('{}:{alertname="A"}', "b", "c")),
  status: mostly(fc.constantFrom("firing", "resolved")),
  receiver: mostly(nasty),
  groupLabels: mostly(labels),
  commonLabels: mostly(labels),
  commonAnnotations: mostly(labels),
  externalURL: mostly(nasty),
  truncatedAlerts: mostly(fc.nat(3)),
  alerts: mostly(fc.array(mostly(alert), { maxLength: 6 })),
}, { requiredKeys: [] });
/** Alerts of senders that have forms of their own. */
const foreign = fc.dictionary(
  wordOf(
    "title",
    "message",
    "state",
    "alert",
    "incident",
    "event",
    "severity",
    "priority",
    "status",
    "host",
    "tags",
    "data",
    "essentials",
  ),
  mostly(fc.oneof(nasty, labels, fc.array(labels, { maxLength: 3 }))),
  { maxKeys: 8 },
);

/** `POST /alerts`. */
export const webhook = defineTarget({
  name: "webhook",
  share: 120_000,
  cases: fc.record({
    body: broken(
      fc.oneof({ weight: 6, arbitrary: delivery }, { weight: 2, arbitrary: foreign }, { weight: 1, arbitrary: anyJson })
        .map(jsonText),
    ),
    type: wordOf(
      "application/json",
      "application/json; charset=utf-8",
      "text/plain",
      "application/x-www-form-urlencoded",
    ),
  }),
  async open() {
    const agent = await fuzzedAgent();
    return {
      async try({ body, type }) {
        const headers = { "content-type": type.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200) };
        await agent.send({ method: "POST", path: "/alerts", headers, body });
      },
      close: () => agent.close(),
    };
  },
});
