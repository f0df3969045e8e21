const PAIRS = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<reasoning>", "</reasoning>"],
  ["[THINK]", "[/THINK]"],
  ["<seed:think>", "</seed:think>"],
] as const;

/** What a model says, and what it thought before it. */
export interface Thoughts {
  readonly text: string;
  readonly reasoning: string;
}

/** Takes the reasoning out of a text: between its tags, before a tag that only ends it, after one that only begins it. */
export function withoutReasoning(content: string): Thoughts {
  let text = content;
  const reasoning: string[] = [];
  for (const [open, close] of PAIRS) {
    if (!text.includes(open) && !text.includes(close)) continue;
    const kept: string[] = [];
    let from = 0;
    while (from < text.length) {
      const begin = text.indexOf(open, from);
      const end = text.indexOf(close, begin < 0 ? from : begin);
      // Templates that begin the reasoning themselves leave the first tag out of the answer.
      const onlyEnd = from === 0 && end >= 0 && (begin < 0 || begin > text.indexOf(close));
      if (onlyEnd) {
        const first = text.indexOf(close);
        reasoning.push(text.slice(0, first));
        from = first + close.length;
        continue;
      }
      if (begin < 0) {
        kept.push(text.slice(from));
        break;
      }
      kept.push(text.slice(from, begin));
      reasoning.push(text.slice(begin + open.length, end < 0 ? undefined : end));
      if (end < 0) break;
      from = end + close.length;
    }
    text = kept.join("");
  }
  return { text: text.trim(), reasoning: reasoning.join("\n").trim() };
}
