import type { Downstream } from "./downstream.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";

/** One request's data for the metrics and the access log. */
export class ExchangeRecord {
  status = 0;
  /** Body bytes that the client got. */
  size = 0;
  /** The backend that answered, `none` for the balancer itself. */
  answeredBy = "none";
  readonly #startedAt: number;

  /** `startedAt` in the proxy's milliseconds. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** The request is answered, or given up. */
  end(
    proxy: Proxy,
    of: { readonly client: Downstream; readonly inbound: Inbound; readonly tried: readonly string[] },
  ): void {
    const { metrics, accessLog, clock } = proxy;
    const durationMs = clock.precise() - this.#startedAt;
    metrics.answered(this.answeredBy, this.status, durationMs / 1000);
    if (accessLog === undefined) return;
    accessLog.write({
      client: of.client.address,
      method: of.inbound.method,
      target: of.inbound.target,
      status: this.status,
      bytes: this.size,
      durationMs,
      backend: this.answeredBy,
      tried: of.tried,
    });
  }
}
