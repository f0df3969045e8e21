import type { Words } from "../failure.ts";

/** What parsers say of a text that is not in the form that they read. */
const PARSER =
  "(?:is not valid JSON|invalid json response|Unexpected (?:token|character|end of (?:JSON )?(?:input|file))|unexpected mimetype|invalid character .{1,8} (?:looking for|after)|Expecting value: line|Unrecognized token|Cannot deserialize|Could not extract response|error decoding response body|(?:could not|cannot|failed to|unable to) (?:parse|decode|unmarshal|deserialize) (?:the )?(?:response|answer|body|reply|JSON))";
const CALL = "https?://[\\w.:-]{1,120}";

/** An answer that came and could not be read; only beside the call that it answers, else it may be any text. */
export const formats: readonly Words[] = [
  { way: "bad_answer", words: new RegExp(`${CALL}[^\\n]{0,200}?${PARSER}|${PARSER}[^\\n]{0,200}?${CALL}`, "i") },
];
