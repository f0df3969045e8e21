import type { Places } from "../code/places.ts";
import { type Failure, failureOf, peerText } from "../../dependencies/mod.ts";
import type { LogEntry } from "./entry.ts";
import { type Frame, type FrameRule, mapFrames, readStack } from "./stacks/mod.ts";

/** Entries that differ only in numbers and identifiers, folded into one. */
export interface Shape {
  readonly count: number;
  /** Its share of all entries read, in percent. */
  readonly share_percent: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly level: string;
  /** First line of the newest of them. */
  readonly message: string;
  /** Type and message of the exception that its stack trace tells of, where that is not the first line. */
  readonly headline?: string;
  /** Instances whose names the entries begin with or whose processes wrote them. */
  readonly pids: readonly number[];
  /** The calls that led there, the failing one first; those outside the repository are left out after the first. */
  readonly frames: readonly Frame[];
  /** Names and routes that its entries hold, with how often: `inv1`, `GET /items/{id}`. */
  readonly words: Readonly<Record<string, number>>;
  /** The call or the resource that failed, where its entries tell of one. */
  readonly failure?: Failure;
}

const MOST_SHAPES = 12;
const MOST_FRAMES = 8;

/**
 * Folds entries, the most frequent shape first; also how many shapes there are in all. `places` is asked where a stack
 * trace is met by no rule.
 */
export async function foldShapes(
  entries: readonly LogEntry[],
  rules: readonly FrameRule[],
  { places = () => Promise.resolve(null) }: { readonly places?: () => Promise<Places | null> } = {},
): Promise<{ shapes: Shape[]; distinct: number }> {
  const groups = new Map<string, LogEntry[]>();
  // A storm of errors has few stacks: each is read once.
  const stacks = new Map<string, string>();
  for (const entry of entries) {
    const key = shapeKey(entry.message, stacks);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
  const shapesOf = (derive?: Places) =>
    sorted.slice(0, MOST_SHAPES).map((group) => shapeOf(group, { total: entries.length, rules, derive }));
  const ruled = shapesOf();
  const unplaced = ruled.some(({ frames }) => frames.length > 0 && !frames.some((frame) => frame.in_repository));
  const derive = unplaced ? await places() : null;
  const shapes = derive === null ? ruled : shapesOf(derive);
  return { shapes, distinct: sorted.length };
}

/** Different stack traces that are read whole; of what comes after them only the beginning is. */
const MOST_WHOLE = 300;
const BEGINNING = 12;
/** Addresses, ids and counts of a stack trace; lines and columns of its places stay. */
const CHANGING = /0x[0-9a-f]{1,16}|(?<![:\w(]|line )\d+(?![\w:])/gi;

/** What stays of a message without numbers, identifiers and the instance's name; `stacks` keeps what stacks came to. */
export function shapeKey(message: string, stacks = new Map<string, string>()): string {
  const end = message.indexOf("\n");
  const first = end < 0 ? message : message.slice(0, end);
  const below = end < 0 ? "" : message.slice(end + 1);
  // What differs in addresses only is read once.
  const text = below.replaceAll(CHANGING, "#");
  let place = stacks.get(text);
  if (place === undefined) {
    const read = stacks.size < MOST_WHOLE ? below : below.split("\n", BEGINNING).join("\n");
    const { headline = null, frames = [] } = readStack(read) ?? {};
    place = `${headline ?? ""}|${frames.slice(0, 3).map((f) => `${f.file}:${f.line}`).join(" ")}`;
    stacks.set(text, place);
  }
  // What was thrown says more than what a logger was told to say about it.
  const thrown = place.slice(0, place.lastIndexOf("|"));
  const head = (thrown === "" ? first : thrown).slice(0, 500).replaceAll(PORT, namedPort)
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#")
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, "#")
    .replaceAll(/\d+(?:\.\d+)?/g, "#");
  return `${head}|${place.slice(thrown.length + 1)}`;
}

/** A port says who the other side is; those that a system hands out to clients change with each call. */
const PORT = /(?<=[\w.\]]):([1-9]\d{3,4})(?!\d)/g;
const FIRST_OF_CLIENTS = 32_768;

function namedPort(whole: string, port: string): string {
  return Number(port) < FIRST_OF_CLIENTS
    ? `:${port.replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)]!)}`
    : whole;
}

interface Mapping {
  readonly total: number;
  readonly rules: readonly FrameRule[];
  readonly derive?: Places | undefined;
}

function shapeOf(group: readonly LogEntry[], { total, rules, derive }: Mapping): Shape {
  const newest = group.at(-1)!;
  const times = group.map((entry) => entry.at).filter((at) => at !== null).sort();
  const { headline = null, frames = [], place = null } = readStack(newest.message) ?? {};
  const all = mapFrames(frames, rules, { derive });
  // Where no rule leads into the repository, the innermost call of the program itself is shown as it is printed.
  const mapped = all.some((frame) => frame.in_repository);
  const printed = mapped || place === null ? [] : mapFrames([place], []);
  const kept = printed.length > 0
    ? printed
    : all.filter((frame, index) => index === 0 || frame.in_repository).slice(0, MOST_FRAMES);
  const failure = failureIn(group);
  return {
    count: group.length,
    share_percent: Math.round(group.length / total * 1000) / 10,
    first: times[0] ?? null,
    last: times.at(-1) ?? null,
    level: newest.level,
    message: firstLine(newest.message),
    ...(headline === null || firstLine(newest.message).includes(headline) ? {} : { headline: firstLine(headline) }),
    pids: [...new Set(group.map((entry) => entry.pid).filter((pid) => pid !== undefined))].slice(0, 20),
    frames: kept,
    words: countWords(group),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** Entries of a kind that are read for what failed. */
const MOST_READ = 5;

/** What most of a group's newest entries say that failed. */
function failureIn(group: readonly LogEntry[]): Failure | undefined {
  const counts = new Map<string, { failure: Failure; count: number }>();
  for (const { message } of group.slice(-MOST_READ)) {
    const failure = failureOf(message);
    if (failure === null) continue;
    const key = `${failure.way} ${failure.peer === null ? "" : peerText(failure.peer)}`;
    const known = counts.get(key);
    counts.set(key, { failure, count: (known?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.failure;
}

/** The first line of a message, cut at 400 characters. */
export function firstLine(message: string): string {
  const line = message.split("\n", 1)[0]!;
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

/** `<name> <METHOD> <route>` at the head of a message, as this product's services write it, and any method and path. */
function countWords(group: readonly LogEntry[]): Record<string, number> {
  const counts = new Map<string, number>();
  const add = (word: string | undefined) => {
    if (word !== undefined && (counts.has(word) || counts.size < 20)) counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  for (const { message } of group) {
    const line = message.split("\n", 1)[0]!.slice(0, 1000);
    const request = /(?:^|[\s"'])(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\/[^\s"'?]*)/.exec(line);
    add(request ? `${request[1]} ${request[2]}` : undefined);
    add(request ? /^([\w.-]{1,60})\s+$/.exec(line.slice(0, request.index + 1))?.[1] : undefined);
  }
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}
