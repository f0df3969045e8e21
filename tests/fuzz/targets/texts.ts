import fc from "fast-check";
import { parseCatalogue } from "../../../services/agent/investigation/catalogue/mod.ts";
import { ConfigurationError, parseDotEnv } from "../../../services/lib/configuration/mod.ts";
import { parseCsv, parseEdges, rankSuspects, TableError } from "../../../services/lib/ranking/mod.ts";
import { defineTarget } from "../target.ts";
import { broken, jsonText, mostly, nasty, wordOf } from "../text.ts";

const names = [
  ...[
    "services",
    "name",
    "match",
    "metrics",
    "selector",
    "window",
    "labels",
    "requests",
    "errors",
    "latency",
    "metric",
    "logs",
    "source",
  ],
  ...[
    "path",
    "entry",
    "url",
    "query",
    "code",
    "include",
    "exclude",
    "frames",
    "pattern",
    "changes",
    "runbooks",
    "owner",
    "jira",
    "senders",
    "connections",
    "kind",
    "traces",
  ],
];
const value = wordOf(
  "cart",
  'job="cart"',
  "5m",
  "file",
  "loki",
  "balancer",
  "logs/x.log",
  "http_requests_total",
  "^(\\w+)",
  "checkout",
  "manager",
  "http://loki:3100",
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    { weight: 4, arbitrary: value },
    { weight: 2, arbitrary: fc.dictionary(wordOf(...names), tie("node"), { maxKeys: 5 }) },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 3 }) },
  ),
})).node;
const service = fc.record({
  name: mostly(value),
  match: mostly(fc.array(fc.dictionary(value, value, { maxKeys: 2 }), { maxLength: 2 })),
  metrics: mostly(tree),
  logs: mostly(tree),
  code: mostly(tree),
  changes: mostly(tree),
}, { requiredKeys: [] });

/** `config/oncall.yaml` and `.env`. */
export const configuration = defineTarget<string>({
  name: "configuration",
  share: 30_000,
  cases: broken(fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ services: mostly(fc.array(mostly(service), { maxLength: 3 })) }).map(jsonText),
    },
    { weight: 1, arbitrary: fc.dictionary(wordOf(...names), tree, { maxKeys: 4 }).map((t) => jsonText(t)) },
    {
      weight: 1,
      arbitrary: fc.array(fc.tuple(fc.nat(6), wordOf(...names), value), { maxLength: 12 }).map((rows) =>
        rows.map(([indent, name, value]) => `${" ".repeat(indent)}${name}: ${value}`).join("\n")
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(nasty, nasty).map(([a, b]) => `services: &a [*a, ${a}]\n? ${b}\n: !!js/function x\n`),
    },
  )),
  open: () =>
    Promise.resolve({
      try(text) {
        for (const parse of [parseDotEnv, parseCatalogue]) {
          try {
            parse(text);
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
          }
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    }),
});

const cell = fc.oneof({ weight: 5, arbitrary: fc.double().map(String) }, {
  weight: 2,
  arbitrary: fc.nat(2_000_000_000).map(String),
}, { weight: 1, arbitrary: nasty });

/** The table and the edges that `oncall rank` reads. */
export const csv = defineTarget({
  name: "csv",
  share: 150_000,
  cases: fc.record({
    table: broken(
      fc.tuple(
        fc.array(wordOf("time", "cart_latency", "cart_error", "db_cpu", '"a,b"'), { maxLength: 6 }),
        fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 30 }),
      )
        .map(([head, rows]) => [head, ...rows].map((row) => row.join(",")).join("\n")),
    ),
    edges: broken(
      fc.array(fc.tuple(wordOf("cart", "db"), wordOf("db", "cart")), { maxLength: 6 }).map((all) =>
        all.map((e) => e.join(",")).join("\n")
      ),
    ),
    at: fc.nat(2_000_000_000),
  }),
  open: () =>
    Promise.resolve({
      try({ table, edges, at }) {
        try {
          rankSuspects(parseCsv(table), { onset: at, edges: parseEdges(edges) });
          rankSuspects(parseCsv(table));
        } catch (error) {
          if (!(error instanceof TableError) && !(error instanceof RangeError)) throw error;
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    }),
});
