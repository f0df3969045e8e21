import type { Priority } from "../../incidents/mod.ts";
import type { Intent } from "./intent.ts";
import { type Read, readDay } from "./times.ts";
import { BREAK, type Word } from "./words.ts";

const LEVELS: Readonly<Record<string, Priority>> = {
  lowest: "low",
  low: "low",
  minor: "low",
  p4: "low",
  p3: "medium",
  medium: "medium",
  normal: "medium",
  high: "high",
  major: "high",
  p2: "high",
  highest: "critical",
  critical: "critical",
  urgent: "critical",
  blocker: "critical",
  p1: "critical",
  p0: "critical",
};

/** Words that are nobody's name, whatever stands before them. */
const NOBODY = new Set(
  ("or but not no never nor if unless when who whom which what that there here someone somebody anyone anybody nobody " +
    "him her them you i we they he she yesterday later again still because about is was were are has had did does do " +
    "should would could might may must fix check look said says myself yourself paris team").split(" "),
);

/**
 * Reads "create a Jira task, priority high, due friday, and assign it to Ravi" in any order from `words[at]` on:
 * a `ticket`, or an `assign` where no ticket is spoken of. Undefined when a word doesn't fit.
 */
export function readTicket(words: readonly Word[], at: number, now: Date): Read<Intent> | undefined {
  let ticket = false;
  let create = false;
  let assignee: string | undefined;
  let priority: Priority | undefined;
  let due: string | undefined;
  let i = at;

  while (i < words.length) {
    const word = words[i]!;
    if (word === BREAK || word.role === "and") {
      if (!belongs(nextMeaning(words, i))) break;
      i++;
    } else if (word.role === "ticket") {
      ticket = true;
      i++;
    } else if (word.role === "create" || word.low === "log" && !ticket) {
      if (ticket && create) break;
      create = true;
      i++;
    } else if (word.role === "assign" || word.role === "to" || word.role === "for") {
      const name = readName(words, i, word.role === "assign");
      if (name === undefined || assignee !== undefined) return undefined;
      assignee = name.value;
      i += name.words;
    } else if (word.role === "priority" || LEVELS[word.low] !== undefined) {
      const level = readLevel(words, i);
      if (level === undefined || priority !== undefined) return undefined;
      priority = level.value;
      i += level.words;
    } else if (word.role === "filler" || word.role === "with") {
      i++;
    } else {
      const day = readDue(words, i, now);
      if (day === undefined || due !== undefined) {
        if (i > at && (ticket || assignee !== undefined) && words[i - 1] === BREAK) break;
        return undefined;
      }
      due = day.value;
      i += day.words;
    }
  }
  const value = intentOf();
  return value === undefined ? undefined : { value, words: i - at };

  function belongs(next: Word | undefined): boolean {
    if (next === undefined) return false;
    if (next.role === "create" || next.role === "ticket") return !ticket;
    if (next.role === "assign") return assignee === undefined;
    return next.role === "priority" || next.role === "due" || next.role === "with" || next.role === "for" ||
      LEVELS[next.low] !== undefined || readDay([next.low], now) !== undefined;
  }

  function intentOf(): Intent | undefined {
    const more = { ...(priority === undefined ? {} : { priority }), ...(due === undefined ? {} : { due }) };
    if (ticket) return { do: "ticket", ...(assignee === undefined ? {} : { assignee }), ...more };
    if (assignee !== undefined && !create && words[at]!.role === "assign" && Object.keys(more).length === 0) {
      return { do: "assign", assignee };
    }
    return undefined;
  }
}

function nextMeaning(words: readonly Word[], from: number): Word | undefined {
  return words.slice(from).find((w) => w !== BREAK && w.role !== "and" && w.role !== "filler");
}

/** `assign [the ticket] [to] Ravi Kumar`, `to Ravi`, `for ravi@example.com`; the name as it was written. */
function readName(words: readonly Word[], at: number, assign: boolean): Read<string> | undefined {
  let i = at + 1;
  if (assign) {
    while (/^(ticket|filler|to|for|with)$/.test(words[i]?.role ?? "")) i++;
    if (words[i - 1]?.role === "filler" && isPronoun(words[i - 1]!.low)) return undefined;
  } else if (words[i]?.role === "assign") i++;
  const name: string[] = [];
  while (i < words.length && name.length < 4 && !endsName(words[i]!, name.length === 0)) name.push(words[i++]!.raw);
  if (name.length === 0 || name.some((part) => NOBODY.has(part.toLowerCase()))) return undefined;
  return { value: name.join(" ").replace(/^@/, ""), words: i - at };
}

/** A word that can't go on a name; a first name may look like a command of ours (Mark, Bill, Page). */
function endsName(word: Word, first: boolean): boolean {
  if (word === BREAK || !/^(@?[\p{L}][\p{L}.'’-]*|[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+)$/u.test(word.raw)) return true;
  if (LEVELS[word.low] !== undefined || readDay([word.low], new Date(0)) !== undefined) return true;
  if (word.role === undefined) return false;
  return !(first && (word.role === "mark" || word.role === "incident"));
}

function isPronoun(low: string): boolean {
  return low === "me" || low === "us";
}

function readLevel(words: readonly Word[], at: number): Read<Priority> | undefined {
  let i = at;
  if (words[i]!.role === "priority") {
    i++;
    while (words[i] !== undefined && (words[i] === BREAK || /^(is|=|to|as|it|at)$/.test(words[i]!.low))) i++;
    const level = LEVELS[words[i]?.low ?? ""];
    return level === undefined ? undefined : { value: level, words: i + 1 - at };
  }
  const level = LEVELS[words[i]!.low]!;
  return { value: level, words: words[i + 1]?.role === "priority" ? 2 : 1 };
}

function readDue(words: readonly Word[], at: number, now: Date): Read<string> | undefined {
  let i = at;
  if (words[i]!.role === "due") {
    i++;
    if (words[i]?.low === "date") i++;
    while (words[i] !== undefined && (words[i] === BREAK || /^(is|on|by|=)$/.test(words[i]!.low))) i++;
  }
  const day = readDay(words.slice(i, i + 5).map((w) => w.low), now);
  return day === undefined ? undefined : { value: day.value, words: i - at + day.words };
}
