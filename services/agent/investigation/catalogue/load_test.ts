import assert from "node:assert/strict";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import { loadCatalogue, parseCatalogue, serviceOf } from "./load.ts";
import { shippedCatalogue } from "./shipped.ts";

const root = new URL("../../../../", import.meta.url).pathname;

Deno.test("parseCatalogue() reads the shipped file as what an agent without one knows", () => {
  assert.deepEqual(parseCatalogue(Deno.readTextFileSync(`${root}config/oncall.yaml`)), shippedCatalogue());
});

Deno.test("parseCatalogue() names line, field and expectation of every mistake", () => {
  const text = [
    "services:",
    "  - name: cart",
    "    match: [{ service: cart }]",
    "    metrics:",
    "      selector: job=cart",
    "      windw: 1m",
    "    objectives: { error_percent: -1 }",
  ].join("\n");
  assert.throws(() => parseCatalogue(text, "x.yaml"), (error: Error) => {
    assert(error instanceof ConfigurationError);
    assert.match(error.message, /x\.yaml line 5: services\.0\.metrics\.selector: expected label matchers/);
    assert.match(error.message, /x\.yaml line 6: services\.0\.metrics\.windw/);
    assert.match(error.message, /x\.yaml line 7: services\.0\.objectives\.error_percent: expected a number above 0/);
    return true;
  });
});

Deno.test("parseCatalogue() names the line when the text is not YAML", () => {
  assert.throws(() => parseCatalogue("services:\n  - name: [", "x.yaml"), /x\.yaml line 2/);
});

Deno.test("parseCatalogue() refuses paths that lead out of the working directory", () => {
  assert.throws(() => parseCatalogue("runbooks: ../x\nservices: []"), /line 1: runbooks: expected a path inside/);
});

Deno.test("loadCatalogue() falls back only where the file may be absent", () => {
  const path = `${Deno.makeTempDirSync()}/oncall.yaml`;
  assert.deepEqual(loadCatalogue(path, { optional: true }), shippedCatalogue());
  assert.throws(() => loadCatalogue(path), /there is no such file/);
});

Deno.test("serviceOf() takes the first service whose labels all match, prefixes included", () => {
  const catalogue = parseCatalogue(
    "services:\n  - {name: a, match: [{team: x, service: cart-*}]}\n  - {name: b, match: [{service: cart-eu}]}",
  );
  assert.equal(serviceOf(catalogue, { service: "cart-eu", team: "x" })?.name, "a");
  assert.equal(serviceOf(catalogue, { service: "cart-eu" })?.name, "b");
  assert.equal(serviceOf(catalogue, { service: "other" }), undefined);
});
