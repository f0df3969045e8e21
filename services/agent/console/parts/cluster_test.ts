import assert from "node:assert/strict";
import { ClusterResult, PathResult } from "./cluster.tsx";

Deno.test("ClusterResult() shows objects, causes and the fields that show them, as text", () => {
  const text = String(ClusterResult({
    about: [{ object: "pod/web-1", state: "pod/web-1 is Pending" }],
    causes: [{
      object: "deployment/web",
      says: "Pod web-1 cannot start.",
      evidence: [{ object: "pod/web-1", field: "events[Failed].message", text: "<script>alert(1)</script>" }],
      fix: ["kubectl describe pod web-1"],
    }],
  }));
  assert.match(text, /pod\/web-1 is Pending/);
  assert.match(text, /events\[Failed\]\.message: <mark>&lt;script&gt;/);
  assert.match(text, /<code>kubectl describe pod web-1<\/code>/);
  assert.match(String(ClusterResult({ about: [{ object: "pod/x", state: null }] })), /no such object.*No rule finds/s);
});

Deno.test("PathResult() draws the way of a request and marks where it is broken", () => {
  const hop = { from: "service/web", to: "deployment/web", by: "app=web", says: "It selects 0 pods." };
  assert.match(
    String(PathResult({ hops: [{ ...hop, ok: false }] })),
    /service\/web → deployment\/web.*<b>broken<\/b>/s,
  );
});
