import assert from "node:assert/strict";
import { samePhone } from "./numbers.ts";

for (
  const [a, b] of [
    ["+525512345678", "+5215512345678"],
    ["+5218112345678", "+528112345678"],
    ["+5511987654321", "+551187654321"],
    ["+552176543210", "+5521976543210"],
    ["+541123456789", "+5491123456789"],
    ["+14155238886", "+14155238886"],
  ] as const
) {
  Deno.test(`samePhone() takes ${a} and ${b} for one telephone`, () => assert.ok(samePhone(a, b)));
}

for (
  const [a, b, why] of [
    ["+525512345678", "+5215512345679", "another last digit"],
    ["+5511987654321", "+5511887654321", "another mobile number of Brazil"],
    ["+551133334444", "+5511933334444", "a landline of Brazil has no ninth digit"],
    ["+5511987654321", "+552187654321", "another area"],
    ["+14155238886", "+114155238886", "a digit that no plan knows"],
    ["+49151234567", "+491151234567", "a country with one form"],
  ] as const
) {
  Deno.test(`samePhone() tells ${a} from ${b}: ${why}`, () => assert.ok(!samePhone(a, b)));
}
