import { parseJson } from "../../../../../lib/http/mod.ts";
import { errorWords, wordsOf } from "../../words.ts";
import { ToolError } from "../../../tool_error.ts";

/** What the API server answered instead of what was asked for. */
export class KubernetesError extends ToolError {
  override name = "ToolError";

  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(status === 404 ? "not_found" : status === 401 || status === 403 ? "refused" : "bad_answer", message, options);
  }
}

/** In words what an answer of 400 and above says; never the path, which names what the alert named. */
export function errorOf(status: number, text: string, who: string): KubernetesError {
  const said = wordsIn(text);
  const words = said === "" ? "" : `: ${said}`;
  switch (status) {
    case 401:
      return new KubernetesError(401, `${who} does not accept the agent's credentials (401)${words}`);
    case 403:
      return new KubernetesError(403, `${who} does not let the agent read this (403)${words}`);
    case 404:
      return new KubernetesError(404, `${who} has no such object (404)${words}`);
    case 410:
      return new KubernetesError(410, `${who} no longer has that version (410)${words}`);
    default:
      return new KubernetesError(status, `${who} answered ${status}${words}`);
  }
}

function wordsIn(text: string): string {
  try {
    return errorWords(parseJson(text));
  } catch {
    return wordsOf(text);
  }
}
