/** Pictures that plainly say "I have seen it and take it". */
const YES = "👍✅☑✔👌🫡🙋👀🆗💪✋🤝🏃";
/** Pictures that refuse. */
const NO = "👎❌🚫✖🙅⛔";
/** Pictures that thank, cheer or alarm: they change nothing in what stands beside them. */
const BESIDE = "🙏❤💙💚🎉🙌👏🚨⚠🔥😀😃😄😁😅😂🙂😉😊😎😌🥳🤗😱😬😢😭💯⭐✨☕";

/** The same pictures as chat programs and keyboards without them write them. */
const SPELLED: Readonly<Record<string, string>> = {
  ":+1:": "👍",
  ":thumbsup:": "👍",
  ":thumbs_up:": "👍",
  ":white_check_mark:": "✅",
  ":heavy_check_mark:": "✔",
  ":ballot_box_with_check:": "☑",
  ":check:": "✔",
  ":ok_hand:": "👌",
  ":ok:": "🆗",
  ":eyes:": "👀",
  ":raised_hand:": "✋",
  ":raising_hand:": "🙋",
  ":saluting_face:": "🫡",
  ":handshake:": "🤝",
  ":muscle:": "💪",
  "(y)": "👍",
  ":-1:": "👎",
  ":thumbsdown:": "👎",
  ":x:": "❌",
  ":no_entry_sign:": "🚫",
  "(n)": "👎",
  ":pray:": "🙏",
  ":tada:": "🎉",
  ":rotating_light:": "🚨",
  ":warning:": "⚠",
  ":)": "🙂",
  ":-)": "🙂",
  "=)": "🙂",
  ";)": "😉",
  ";-)": "😉",
  ":d": "😀",
  ":-d": "😀",
  ":(": "😢",
  ":-(": "😢",
  "<3": "❤",
};

/** Skin tones, variation selectors, joiners and the signs for a man or a woman. */
const MODIFIERS = /[\u{1F3FB}-\u{1F3FF}\u{FE0E}\u{FE0F}\u{200D}]|(?<=\u{200D})[♀♂]/gu;

/** A message without the pictures in it, and what those say by themselves. */
export interface Signs {
  /** The words; a picture that is not known stays, so that nothing is done on a guess. */
  readonly words: string;
  /** `yes` and `no` only where the pictures agree; `beside`: thanks, cheers, alarm; undefined: there is none. */
  readonly says: "yes" | "no" | "beside" | undefined;
}

/** Takes pictures out of a message: emoji in all skin tones, their names between colons, text emoticons. */
export function readSigns(text: string): Signs {
  const plain = text.replaceAll(/\u{200D}[♀♂]/gu, "").replaceAll(MODIFIERS, "")
    .replaceAll(/(?<=^|\s)\S{2,30}(?=\s|$)/g, (word) => SPELLED[word.toLowerCase()] ?? word);
  const found = new Set<string>();
  let words = "";
  for (const one of plain) {
    const kind = YES.includes(one) ? "yes" : NO.includes(one) ? "no" : BESIDE.includes(one) ? "beside" : undefined;
    if (kind === undefined || one.length === 1 && one.charCodeAt(0) < 0x80) words += one;
    else {
      found.add(kind);
      // What refuses stays: "ack 👎" is no order.
      words += kind === "no" ? one : " ";
    }
  }
  const says = found.has("yes") && found.has("no")
    ? "beside"
    : found.has("yes")
    ? "yes"
    : found.has("no")
    ? "no"
    : found.has("beside")
    ? "beside"
    : undefined;
  const bare = says !== undefined && [...words].every((one) => NO.includes(one) || /[\s.,!…]/.test(one));
  return { words: bare ? "" : words.trim(), says };
}
