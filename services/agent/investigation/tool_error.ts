/** Why a tool has no answer, in words for a person; `code` is stable. */
export class ToolError extends Error {
  override name = "ToolError";

  constructor(
    readonly code:
      | "unreachable"
      | "timeout"
      | "bad_answer"
      | "not_configured"
      | "not_found"
      | "refused"
      | "invalid_arguments"
      | "not_recorded"
      | "cancelled"
      | "internal",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
