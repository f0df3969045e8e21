import { beam } from "./beam.ts";
import { caller } from "./caller.ts";
import { dart } from "./dart.ts";
import { dotnet } from "./dotnet.ts";
import { go } from "./go.ts";
import { jvm } from "./jvm.ts";
import { native } from "./native.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import type { Reader } from "./reader.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { lua, perl } from "./scripts.ts";
import { swift } from "./swift.ts";
import { stackLines } from "./text.ts";
import type { Stack, StackFrame, Thrown } from "./types.ts";
import { v8 } from "./v8.ts";

/** All forms that are known; where two read a text, the one that knows more of its lines is right. */
export const READERS: readonly Reader[] = [
  jvm,
  python,
  v8,
  dotnet,
  go,
  rust,
  ruby,
  php,
  beam,
  dart,
  swift,
  native,
  lua,
  perl,
];

/** The stack trace in the text of one log entry; null when there is none. */
export function readStack(text: string): Stack | null {
  const lines = stackLines(text);
  let best: { readonly language: string; readonly chain: readonly Thrown[]; readonly calls: number } | null = null;
  for (const reader of READERS) {
    if (!lines.some((line) => reader.sign.test(line))) continue;
    const chain = reader.read(lines);
    if (chain === null) continue;
    const calls = chain.reduce((sum, one) => sum + one.frames.length, 0);
    if (best === null || calls > best.calls) best = { language: reader.language, chain, calls };
  }
  if (best !== null && best.calls > 0) return stackOf(best.language, best.chain);
  const place = lines.some((line) => caller.sign.test(line)) ? caller.read(lines) : null;
  if (place === null) return best && stackOf(best.language, best.chain);
  // What was thrown is known of the one, and the place of the other.
  const root = best?.chain.at(-1);
  return stackOf(best?.language ?? caller.language, root ? [{ ...root, frames: place[0]!.frames }] : place);
}

function stackOf(language: string, chain: readonly Thrown[]): Stack {
  const kept = chain.slice(0, rootOf(chain) + 1);
  return {
    language,
    chain,
    root: kept.at(-1)!,
    headline: headlineOf(kept.at(-1)!),
    frames: framesOf(kept),
    place: placeOf(kept),
  };
}

/** Words of an exception that says that waiting or trying again was given up. */
const GAVE_UP = /time(?:d ?)?[ -]?out|deadline|retr(?:y|ies)|attempts|gave up|given up/i;

/**
 * The root cause is the last of the chain. Only where the program itself gave up waiting or trying, after calls of a
 * library had failed, that is the cause: what it names as its own is just the last of those tries.
 */
function rootOf(chain: readonly Thrown[]): number {
  const own = ({ frames }: Thrown) => frames[0] !== undefined && !frames[0].library;
  const gaveUp = chain.findIndex((one, i) =>
    i < chain.length - 1 && own(one) && GAVE_UP.test(`${one.type} ${one.message}`) && !own(chain[i + 1]!)
  );
  return gaveUp < 0 ? chain.length - 1 : gaveUp;
}

/** The root cause's calls; where none of them is ours, also those of what it caused. */
function framesOf(chain: readonly Thrown[]): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (const one of chain.toReversed()) {
    frames.push(...one.frames);
    if (frames.some((frame) => !frame.library && frame.file !== null && frame.line !== null)) break;
  }
  return frames;
}

/** The innermost call of ours: of the root cause, else of what it caused. */
function placeOf(chain: readonly Thrown[]): StackFrame | null {
  for (const { frames } of chain.toReversed()) {
    const own = frames.find((frame) => !frame.library && frame.file !== null && frame.line !== null);
    if (own) return own;
  }
  const frames = framesOf(chain);
  return frames.find((frame) => frame.file !== null && frame.line !== null) ??
    frames.find((frame) => !frame.library) ?? null;
}

/** Type and message of an exception on one line; null where it has neither. */
export function headlineOf({ type, message }: Thrown): string | null {
  const plain = message.replaceAll(/\s+/g, " ").trim();
  if (type === null) return plain === "" ? null : plain;
  return plain === "" ? type : `${type}: ${plain}`;
}
