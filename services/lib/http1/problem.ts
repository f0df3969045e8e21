/** Why a peer's message is refused: the status to answer with, a stable code and what to do about it. */
export class HttpProblem extends Error {
  override name = "HttpProblem";

  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** A request or response that breaks HTTP's grammar. */
export function badRequest(message: string): HttpProblem {
  return new HttpProblem(400, "bad_request", message);
}
