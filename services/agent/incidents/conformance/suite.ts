import { accountsCases } from "./accounts.ts";
import type { StoreHarness } from "./harness.ts";
import { incidentsCases } from "./incidents.ts";
import { outboxCases } from "./outbox.ts";
import { pruningCases } from "./pruning.ts";
import { readingCases } from "./reading.ts";
import { transactionsCases } from "./transactions.ts";
import { workCases } from "./work.ts";

const CASES = {
  ...accountsCases,
  ...transactionsCases,
  ...incidentsCases,
  ...workCases,
  ...outboxCases,
  ...readingCases,
  ...pruningCases,
};

/** Registers, with `Deno.test`, what any {@linkcode Store} must do. */
export function testStore(name: string, open: () => Promise<StoreHarness>): void {
  for (const [does, body] of Object.entries(CASES)) {
    Deno.test(`${name}: ${does}`, async () => {
      const harness = await open();
      try {
        await body(harness);
      } finally {
        await harness.close();
      }
    });
  }
}
