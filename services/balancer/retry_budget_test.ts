import assert from "node:assert/strict";
import { RetryBudget } from "./retry_budget.ts";

function taken(budget: RetryBudget, now: number): number {
  let count = 0;
  while (budget.take(now)) count++;
  return count;
}

Deno.test("RetryBudget.take() allows a share of the last ten seconds' requests, and a floor", () => {
  const budget = new RetryBudget(0.2, 10);
  assert.equal(taken(budget, 50_000), 10);
  for (let i = 0; i < 1_000; i++) budget.request(50_500);
  assert.equal(taken(budget, 50_900), 190);
  assert.equal(taken(budget, 59_999), 0);
  assert.equal(taken(budget, 60_000), 10, "ten seconds later both are forgotten");
});

Deno.test("RetryBudget.giveBack() makes room again for retries that went well", () => {
  const budget = new RetryBudget(0.2, 10);
  for (let i = 0; i < 1_000; i++) {
    assert.equal(budget.take(50_000 + i), true);
    budget.giveBack(50_000 + i);
  }
  assert.equal(taken(budget, 51_000), 10);
});
