/** What every HTTP face shares: error bodies, JSON bodies and their checks. */
export { ApiError, type ErrorBody, onError, onNotFound } from "./api_error.ts";
export { isDeep, MOST_NESTED } from "./deep_json.ts";
export { readBounded } from "./read_bounded.ts";
export { jsonBody, parseInput, problemsOf } from "./json_body.ts";
export { parseJson } from "./parse_json.ts";
export { bareUrl } from "./bare_url.ts";
