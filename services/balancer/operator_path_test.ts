import assert from "node:assert/strict";
import { isOperatorPath } from "./operator_path.ts";

function check(path: string): boolean {
  const buf = new TextEncoder().encode(`GET ${path} HTTP/1.1`);
  return isOperatorPath(buf, 4, 4 + path.length);
}

Deno.test("isOperatorPath() knows the operators' routes however they are spelled", () => {
  for (
    const path of [
      ...["/faults", "/logs/tail", "/metrics", "/healthz", "/FAULTS", "/faults/", "//faults", "/./faults"],
      ...["/items/../faults", "/items/%2e%2e/faults", "/items/.%2e/faults", "/%66aults", "/%2566aults", "/fault%73"],
      ...[
        "/\\faults",
        "/items\\..\\faults",
        "/a/..%2ffaults",
        "/..%5cfaults",
        "/metrics;x=1",
        "/logs;a/tail",
        "/;/faults",
      ],
      ...["/%2e/faults", "/%252e/metrics", "/x/../../logs/tail", "/%25252525252566aults"],
    ]
  ) assert.ok(check(path), path);
});

Deno.test("isOperatorPath() leaves the public's paths alone", () => {
  for (
    const path of [
      ...[
        "/",
        "/items/7",
        "/random-endpoint",
        "/items/faults",
        "/fault",
        "/faultsx",
        "/logsearch",
        "/metric",
        "/health",
      ],
      ...[
        "/items/a%20b",
        "/items/%31",
        "/a%2Fb/../c",
        "/items/..x",
        "/lists/metrics",
        "/hello",
        "/media//x",
        "/a;v=1/b",
      ],
    ]
  ) assert.ok(!check(path), path);
});
