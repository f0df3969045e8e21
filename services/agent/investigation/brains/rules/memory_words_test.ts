import assert from "node:assert/strict";
import { investigateRecorded } from "../../testing/investigation.ts";
import type { Recorded } from "../../testing/recorded.ts";

/** What runtimes and systems print before a process without memory ends. */
const LAST_WORDS = [
  "<--- Last few GCs --->\n\n[7:0x5]    16014 ms: Mark-Compact 94.2 (96.5) -> 94.2 (96.5) MB\n\n#\n# Fatal JavaScript out of memory: Reached heap limit\n#\n==== C stack trace ====",
  "<--- Last few GCs --->\n\n[7:0x5]    16014 ms: Mark-Compact\n\n# Fatal JavaScript out of memory: CALL_AND_RETRY_LAST",
  "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
  'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n    at com.acme.Cart.add(Cart.java:7)',
  "Terminating due to java.lang.OutOfMemoryError: GC overhead limit exceeded",
  "fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1, 0x2})",
  "runtime: out of memory: cannot allocate 4194304-byte block (67108864 in use)\nfatal error: out of memory",
  'Traceback (most recent call last):\n  File "/srv/cart.py", line 7, in add\n    items += items\nMemoryError',
  "memory allocation of 1073741824 bytes failed",
  "Out of memory.\nSystem.OutOfMemoryException: Exception of type 'System.OutOfMemoryException' was thrown.",
  "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)",
  "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
  "failed to allocate memory (NoMemoryError)",
  "Memory cgroup out of memory: Killed process 4711 (cart) total-vm:2097152kB",
];

function ending(logs: Recorded["logs"], more: Partial<Recorded["instances"]> = []): Recorded {
  return {
    name: "processes that end again and again",
    alert: { labels: { alertname: "InventoryDown", service: "inventory", severity: "critical" }, ago: 30 },
    instances: [{
      name: "inv1",
      instance: "127.0.0.1:8001",
      starts: [4_000, 100, 60],
      up: [[900, 1], [105, 0], [100, 1], [65, 0], [60, 1]],
    }, ...more as NonNullable<Recorded["instances"]>],
    routes: [{ route: "/items/{id}", rps: 12, error_percent: 0 }],
    logs: logs!,
    away: ["manager"],
    expect: { verdict: "cause_found" },
  };
}

for (const words of LAST_WORDS) {
  Deno.test(`crash() says that memory ran out, when the last words are ${JSON.stringify(words.slice(0, 60))}`, async () => {
    const { diagnosis } = await investigateRecorded(ending([
      { message: words, from: 101, to: 61, count: 2 },
    ]));
    assert.equal(diagnosis.category, "out_of_memory", diagnosis.root_cause);
    assert.deepEqual(diagnosis.instances, ["inv1"]);
    assert.match(diagnosis.root_cause, /Memory ran out/);
    assert.ok(diagnosis.claims.every((claim) => claim.verified), JSON.stringify(diagnosis.claims));
  });
}

Deno.test("crash() says no more than that processes end, when another error is logged before", async () => {
  const { diagnosis } = await investigateRecorded(ending([
    { message: "panic: assignment to entry in nil map", from: 101, to: 61, count: 2 },
  ]));
  assert.equal(diagnosis.category, "crash", diagnosis.root_cause);
});
