/** Why a model gave no usable answer; `message` is told in the diagnosis. */
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
      /** Asking once more may help, after so many milliseconds. */
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }

  readonly retryAfterMs: number | undefined;
}
