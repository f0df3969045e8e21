import type { Way } from "../failure.ts";

const N = "([345]\\d\\d)\\b";
/** What follows a status; `500 items` are none. */
const AFTER =
  "(?=\\s{0,3}(?:$|[)\\]}\"'`.,:;!(<{-]|(?:from|for|to|when|while|on|at|with|during|after|by|in|error|status|Bad|Unauthorized|Forbidden|Not|Too|Internal|Service|Gateway|Proxy|Request|Conflict|Unprocessable)\\b))";
/** Parts of a program answer, too, and are no other side. */
const SUBJECT =
  "(?!(?:handler|we|it|route|endpoint|controller|middleware|function|method|script|query|process|command|and|which|that|has|have)\\b)";
/** Phrases of clients that tell of an answer's status; an access log's own lines have none of them. */
const PHRASES: readonly RegExp[] = [
  `Request failed with status code ${N}`,
  `\\b${N} (?:Server|Client) Error: `,
  `(?:Server|Client|Redirect) error '?${N}`,
  `HTTP status (?:server|client) error \\(${N}`,
  `Response code ${N}`,
  `\\bHTTPError: HTTP Error ${N}`,
  `Response status code does not indicate success: ${N}`,
  `(?:server|upstream|remote|backend) (?:responded|replied|answered|returned)(?: with)?(?: an?)?(?: (?:HTTP|status|code|error)){0,2}:? ?${N}`,
  `Http(?:Server|Client)ErrorException[\\w$]{0,40}: ${N}`,
  `(?:WebClientResponseException|FeignException)[\\w$]{0,40}: \\[?${N}`,
  `RestClient::[A-Za-z]{1,40}: ${N}`,
  `resulted in an? .?${N}`,
  `\\b(?:unexpected|bad|non-2xx|invalid|error|wrong) (?:http )?(?:status|response)(?: code)?(?: was| is| of)?[:=]? {0,2}${N}`,
  `(?<![\\w./-])(?:${SUBJECT}[\\w.-]{1,60}[ :](?:service |server |api |client )?(?:answered|returned|returns|responded|replied)|got|received)(?: with)?(?: an?)?(?: (?:HTTP|status|code|error)){0,3}[:= ]{0,2}${N}${AFTER}`,
  `\\b${N}(?: [A-Z][A-Za-z ]{2,30}?)?(?: \\w{1,12})? from (?:upstream |service |the )?["'\`]?[A-Za-z]`,
  `\\b(?:call|calls|request|requests|POST|GET|PUT|DELETE|PATCH)\\b[^\\n]{1,120}?\\b(?:failed|failing|error)(?: with)?(?: an?)?(?: (?:HTTP|status|code)){0,3}[:= (]{0,3}${N}`,
  `\\b(?:upstream|downstream|dependency|backend|peer)[^\\n]{0,120}?\\b(?:status|code|HTTP|answered|returned)[_ ]?(?:code)?["']?[:= ]{1,2}"?${N}`,
  `https?://\\S{1,200} (?:responded|answered|returned)(?: with)?(?: (?:HTTP|status|code)){0,2}[: ]{1,2}${N}`,
  `ClientResponseError: ${N}`,
  `\\b${N} [A-Z][A-Za-z ]{2,30} (?:for|from|at) (?:(?:url|uri)[: ]{1,2}|(?:GET|POST|PUT|PATCH|DELETE) )?["'\`]?https?://`,
  `https?://\\S{1,200}[: ]{1,2}${N} (?:Bad Request|Unauthorized|Forbidden|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)`,
  `"?(?:upstream_status|upstream_response_code|peer_status|response_status)"?[:=] ?"?${N}`,
].map((pattern) => new RegExp(pattern, "i"));

/** How gRPC says that the other side failed by itself. */
const GRPC_FAILED =
  /\b13 INTERNAL: |rpc error: code = (?:Internal|Unknown|Aborted|DataLoss)\b|StatusCode\.INTERNAL|StatusRuntimeException: (?:INTERNAL|UNKNOWN)\b/;

/** What a status means to the caller; null for those that are no failure of a call. */
function wayOf(status: number): Way | null {
  if (status === 401 || status === 407) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 429) return "rate_limited";
  if (status === 408 || status === 504) return "timeout";
  if (status === 502 || status === 503) return "unavailable";
  if (status >= 500) return "failed";
  return [400, 404, 405, 406, 409, 410, 415, 422].includes(status) ? "rejected" : null;
}

/** How the other side answered, where a line tells of its answer's status, and where in the line that ends. */
export function answerIn(line: string): { readonly way: Way; readonly end: number } | null {
  for (const phrase of PHRASES) {
    const match = phrase.exec(line);
    const way = match === null ? null : wayOf(Number(match[1]));
    if (way !== null) return { way, end: match!.index + match![0].length };
  }
  const grpc = GRPC_FAILED.exec(line);
  return grpc === null ? null : { way: "failed", end: grpc.index };
}
