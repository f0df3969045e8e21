import assert from "node:assert/strict";
import { createLogger } from "../../lib/telemetry/mod.ts";
import { shippedCatalogue } from "./catalogue/mod.ts";
import { investigateRecorded, NOW } from "./testing/investigation.ts";

/** The shipped description, with the agent's own log at `path`. */
function catalogueWith(path: string) {
  const catalogue = shippedCatalogue();
  const services = catalogue.services.map((service) =>
    service.name === "oncall" && service.logs.source === "file"
      ? { ...service, logs: { ...service.logs, path } }
      : service
  );
  return { ...catalogue, services };
}

const failing = {
  name: "the agent cannot deliver",
  alert: {
    labels: { alertname: "OncallDeliveryFailing", service: "oncall", severity: "warning", channel: "whatsapp" },
    ago: 60,
  },
  expect: { verdict: "cause_found" as const },
};

Deno.test("An investigation explains the agent's own trouble from the agent's own log", async () => {
  const path = await Deno.makeTempFile();
  const lines: string[] = [];
  const log = createLogger({
    name: "agent",
    now: () => new Date(NOW.getTime() - 30_000),
    write: (line) => lines.push(line),
  });
  const reason = "Twilio answered 400 (error 63007)";
  log.info("delivery received", { outcome: "opened", title: "ERROR in a title" });
  log.error("delivery failed", { channel: "whatsapp", outcome: "permanent", kind: "diagnosis", reason });
  try {
    await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
    const { diagnosis } = await investigateRecorded(failing, { catalogue: catalogueWith(path) });
    assert.match(diagnosis.root_cause, /delivery failed .*whatsapp.*Twilio answered 400 \(error 63007\)/);
    assert.ok(!diagnosis.missing.some((text) => text.startsWith("logs")), diagnosis.missing.join());
    assert.ok(diagnosis.claims.every((claim) => claim.verified), JSON.stringify(diagnosis.claims));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("An investigation of a part that is down takes no word of the agent's log for its cause", async () => {
  const { channel: _, ...labels } = failing.alert.labels;
  const { diagnosis } = await investigateRecorded({
    ...failing,
    alert: { labels: { ...labels, alertname: "OncallPartDown", job: "lb" }, ago: 60 },
  }, { catalogue: catalogueWith("README.md") });
  assert.equal(diagnosis.verdict, "not_enough_evidence");
  assert.ok(diagnosis.missing.some((text) => text.includes("names no logs")), diagnosis.missing.join());
});
