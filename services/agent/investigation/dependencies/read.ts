import type { Failure, Words } from "./failure.ts";
import { isOfClient, sayingLines } from "./lines.ts";
import { kindOf, peerIn } from "./peers.ts";
import {
  access,
  answerIn,
  breakers,
  certificates,
  formats,
  names,
  pools,
  resources,
  timeouts,
  transport,
  unavailable,
} from "./words/mod.ts";

/** What is the most specific comes first: a pool that is full because nothing can be reached is told as the latter. */
const BEFORE_ANSWERS: readonly Words[] = [
  ...names,
  ...certificates,
  ...transport.filter(({ way }) => way !== "reset"),
  ...resources,
  ...access,
  ...pools,
  ...breakers,
];
const AFTER_ANSWERS: readonly Words[] = [
  ...formats,
  ...timeouts,
  ...transport.filter(({ way }) => way === "reset"),
  ...unavailable,
];

/**
 * What a log entry says about a call to another side, or a resource, that failed; null for everything else. An exception
 * of the program that merely mentions a connection is none.
 */
export function failureOf(text: string): Failure | null {
  const lines = sayingLines(text);
  if (lines.length === 0) return null;
  let client: boolean | undefined;
  const ofClient = () => client ??= isOfClient(text);
  const answer = answered(lines);
  // Behind an answer's status stands what the other side said of its own trouble.
  const before = answer === null ? lines : lines.map((line) => line === answer.line ? line.slice(0, answer.end) : line);
  const told = worded(before, BEFORE_ANSWERS, ofClient) ?? answer ?? worded(lines, AFTER_ANSWERS, ofClient);
  if (told === null) return null;
  const { line, words } = told;
  const peer = peerIn([line, ...lines.filter((other) => other !== line)]);
  const kind = kindOf(text, peer) ?? words.kind ?? null;
  // A database that says that its disk is full is the other side; a program that cannot write is not.
  const ofOther = kind !== null && kind !== "service" && words.way !== "pool_exhausted";
  const own = words.own === true && !ofOther;
  return {
    way: words.way,
    peer,
    kind: own && words.way !== "pool_exhausted" ? null : kind,
    own,
    line: shortened(line),
  };
}

interface Told {
  readonly line: string;
  readonly words: Pick<Words, "way" | "own" | "kind">;
}

function worded(lines: readonly string[], table: readonly Words[], ofClient: () => boolean): Told | null {
  for (const words of table) {
    const line = lines.find((one) => words.words.test(one));
    if (line !== undefined && (words.ofClient !== true || ofClient())) return { line, words };
  }
  return null;
}

function answered(lines: readonly string[]): Told & { readonly end: number } | null {
  for (const line of lines) {
    const found = answerIn(line);
    if (found !== null) return { line, words: { way: found.way }, end: found.end };
  }
  return null;
}

const LONGEST = 300;

function shortened(line: string): string {
  const text = line.trim().replace(/^(?:\[cause\]|caused by): {1,3}/i, "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
