/** How long to wait, and waiting: pauses, growing pauses, and what `Retry-After` asks for. */
export { backoffMs, type BackoffOptions } from "./backoff.ts";
export { retryAfterMs } from "./retry_after.ts";
export { sleep } from "./sleep.ts";
