import assert from "node:assert/strict";
import { createLogger } from "./logger.ts";
import { createMetrics, metricsText } from "./metrics.ts";

Deno.test("createLogger() writes one logfmt line, cleaned", () => {
  const lines: string[] = [];
  const log = createLogger({
    name: "agent",
    clean: (line) => line.replaceAll("hunter22", "[redacted]"),
    write: (l) => lines.push(l),
    now: () => new Date(0),
  });
  log.warn("skipped", { token: "hunter22", count: 2, text: 'a "b"' });
  assert.deepEqual(lines, ['1970-01-01T00:00:00.000Z WARN  agent skipped token=[redacted] count=2 text="a \\"b\\""']);
});

Deno.test("createMetrics() holds the process's own metrics when scraped", async () => {
  const body = await (await metricsText(createMetrics())).text();
  for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"]) {
    assert.match(body, new RegExp(`^${name} [1-9]\\d*|^${name} 0\\.\\d*[1-9]`, "m"));
  }
});
