/** Why a model gave no usable answer; the diagnosis shows `message`. */
export class ModelError extends Error {
  override name = "ModelError";

  constructor(
    readonly kind:
      | "timeout"
      | "rate_limited"
      | "unavailable"
      | "refused"
      | "malformed"
      | "empty"
      | "budget"
      | "cancelled",
    message: string,
    options?: ErrorOptions & {
      /** A retry may help, after this many milliseconds. */
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }

  readonly retryAfterMs: number | undefined;
}
