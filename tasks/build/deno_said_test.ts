import assert from "node:assert/strict";
import { denoSaid } from "./deno_said.ts";

Deno.test("denoSaid() is one line with the cause, and no backtrace", () => {
  const stderr = `error: Failed loading https://registry.example/x for package "x"

Caused by:
    dns error: failed to lookup address information

Stack backtrace:
   0: <unknown>
   1: __libc_start_call_main
`;
  assert.equal(
    denoSaid(new TextEncoder().encode(stderr)),
    'Failed loading https://registry.example/x for package "x" Caused by: dns error: failed to lookup address information',
  );
});
