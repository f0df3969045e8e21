import { explainDenied } from "../lib/configuration/mod.ts";
import { type Answer, errorAnswer } from "./answer.ts";
import type { Backend, BackendConnection } from "./backend.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";

/** How long a request may wait for a backend that takes connections, in milliseconds, and the first of those waits. */
const RECOVERY_MS = 2_000;
const FIRST_WAIT_MS = 100;

/** The failed attempts of one request, and whether it may be retried. */
export class Attempts {
  /** Every backend that was tried, for the answer and the access log. */
  readonly tried: string[] = [];
  /** Backends excluded from further attempts. */
  excluded: string[] = [];
  /** Every possible backend was full for too long. */
  overloaded = false;
  readonly #proxy: Proxy;
  /** When waiting for a backend ends, in the proxy's milliseconds; undefined before it began. */
  #recoveryEndsAt: number | undefined;
  /** Excluded backends that accepted no connection. */
  #refusedBy: string[] = [];
  #timedOut = false;
  /** Backends that timed out. */
  #slow: string | undefined;
  #brokenBy: string | undefined;
  #waits = 0;
  /** The last attempt was lost on the way, and the request may be sent again. */
  #again = false;
  /** Retries that were taken out of the budget. */
  #retriesToReturn = 0;

  constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  /** No connection: nothing was sent. */
  connectFailed(backend: Backend, cause: unknown): void {
    const { clock, metrics, onTrouble } = this.#proxy;
    this.#exclude(backend);
    this.#refusedBy.push(backend.id);
    backend.health.connectFailed(
      clock.precise(),
      explainDenied(cause) ?? (cause instanceof Error ? cause.message : String(cause)),
    );
    metrics.retried("connect");
    onTrouble();
  }

  /** The request was sent and got no usable response; returns whether it may be sent again. */
  failed(connection: BackendConnection, inbound: Inbound): boolean {
    const { backend, cut, answered, reused } = connection;
    const { clock, budget, metrics, onTrouble } = this.#proxy;
    // A kept-alive connection that ends without a byte only shows that the backend closed it.
    const stale = reused && !answered && cut === undefined;
    if (stale) backend.closeIdle(0, true);
    else {
      this.#exclude(backend);
      if (cut !== "rescued") backend.health.failed(cut === "timeout" ? "timeout" : "broken", clock.precise());
    }
    onTrouble();
    if (answered && cut !== "timeout") {
      this.#brokenBy = backend.id;
      return false;
    }
    // A timeout is retried only once; a rescued request has already been taken out of the budget.
    const again = inbound.movable && !answered && !(cut === "timeout" && this.#timedOut) &&
      (cut === "rescued" || budget.take(clock.precise()));
    if (cut === "timeout") {
      this.#timedOut = true;
      this.#slow = backend.id;
    }
    this.#again = again && cut !== "timeout";
    if (again) {
      this.#retriesToReturn++;
      metrics.retried(cut ?? (stale ? "stale" : "broken"));
    } else if (stale) this.#exclude(backend);
    return again;
  }

  /** An attempt succeeded: its retries were worth it. */
  settled(now: number): void {
    for (; this.#retriesToReturn > 0; this.#retriesToReturn--) this.#proxy.budget.giveBack(now);
  }

  /**
   * No backend accepts connections, or the last one is gone, or it died during a request that may be sent again: the
   * manager may replace it. Waits with backoff; true when another attempt makes sense.
   */
  async waitForRecovery(): Promise<boolean> {
    const { pool, recoveryQueue, clock, onTrouble } = this.#proxy;
    const left = (this.#recoveryEndsAt ??= clock.precise() + RECOVERY_MS) - clock.precise();
    const lost = pool.members.length === 0 ? pool.hadMembers : this.#refusedBy.length > 0 || this.#again;
    if (!lost || left <= 0 || recoveryQueue.full) return false;
    onTrouble();
    await recoveryQueue.wait(Math.min(left, FIRST_WAIT_MS * 2 ** this.#waits++));
    // A backend that timed out does not get it again. One that died may have been replaced at its address: retried once.
    this.excluded = this.excluded.filter((id) =>
      id === this.#slow || (this.#waits > 1 && !this.#refusedBy.includes(id))
    );
    this.#refusedBy = [];
    return true;
  }

  /** The answer when nothing else is left. */
  answer(): Answer {
    const { pool, timeouts } = this.#proxy;
    const { tried } = this;
    if (this.#brokenBy !== undefined) {
      return errorAnswer(502, "bad_gateway", `The backend ${this.#brokenBy} gave a broken answer.`, { tried });
    }
    if (this.overloaded) {
      return errorAnswer(503, "overloaded", "Every backend has its fill of requests; try again.", { tried });
    }
    if (this.#timedOut) {
      const message = `No backend answered within ${timeouts.readMs / 1000} s (LB_READ_TIMEOUT).`;
      return errorAnswer(504, "upstream_timeout", message, { tried });
    }
    const message = pool.members.length === 0
      ? "No backend is known: start one, or check PM_URL and BACKENDS."
      : "No backend could take the request: see GET /healthz of the balancer and the backends' logs.";
    return errorAnswer(502, "upstream_unavailable", message, { tried });
  }

  #exclude(backend: Backend): void {
    this.excluded.push(backend.id);
    if (!this.tried.includes(backend.id)) this.tried.push(backend.id);
  }
}
