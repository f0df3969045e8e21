import { wholeCharacters } from "../words/text.ts";

/** Longest WhatsApp message in characters (Twilio refuses longer ones with error 21617). */
export const LONGEST_MESSAGE = 1_600;

/** Most messages that one text is split into; what is beyond is cut, and the last one says so. */
export const MOST_PARTS = 5;

const CUT = " … (cut)";

/**
 * The messages that carry `text`, each closing with `tag` in brackets, and numbered `(1/3)` when there are several. Cut
 * between paragraphs, lines, sentences or words, in this order.
 */
export function splitMessage(text: string, tag: string): string[] {
  const single = `${text} (${tag})`;
  if (single.length <= LONGEST_MESSAGE) return [single];
  const room = LONGEST_MESSAGE - ` (${tag}, ${MOST_PARTS}/${MOST_PARTS})`.length;
  const parts: string[] = [];
  let rest = text;
  while (rest !== "" && parts.length < MOST_PARTS) {
    const last = parts.length === MOST_PARTS - 1;
    const end = rest.length <= room ? rest.length : cutAt(rest, last ? room - CUT.length : room);
    const part = wholeCharacters(rest.slice(0, end));
    rest = rest.slice(part.length).trimStart();
    parts.push(part.trimEnd() + (last && rest !== "" ? CUT : ""));
  }
  return parts.map((part, i) => `${part} (${tag}, ${i + 1}/${parts.length})`);
}

function cutAt(text: string, room: number): number {
  const head = text.slice(0, room);
  for (const boundary of [/\n\n/g, /\n/g, /[.!?](?=\s)/g, /\s/g]) {
    const last = [...head.matchAll(boundary)].at(-1);
    if (last !== undefined && last.index >= room / 3) return last.index + 1;
  }
  return room;
}
