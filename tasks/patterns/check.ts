import { analyse } from "scslre";
import type { Collected, Pattern } from "./collect.ts";
import { type Exception, exceptions } from "./exceptions.ts";

/** Longest part of a pattern that a line shows, in characters. */
const SHOWN = 160;

/**
 * The patterns that take more than linear time on some text, one line each: where it stands, what makes it slow, and the
 * same pattern without that where one is known. An exception that nothing needs any more is a line too.
 */
export function slowPatterns({ patterns, built }: Collected, except: readonly Exception[] = exceptions): string[] {
  const needed = new Set<Exception>();
  const excused = (at: string, source?: string) => {
    const one = except.find(({ file, pattern }) =>
      at.startsWith(`${file}:`) && (pattern === undefined || pattern === source)
    );
    if (one !== undefined) needed.add(one);
    return one !== undefined;
  };
  const slow = patterns.flatMap((pattern) => {
    const line = problemOf(pattern);
    return line === undefined || excused(pattern.at, pattern.source) ? [] : [line];
  });
  const unknown = built.filter((at) => !excused(at)).map((at) =>
    `${at} builds a regular expression from what it is given`
  );
  const idle = except.filter((one) => !needed.has(one)).map(({ file, pattern }) =>
    `${file}: the exception${pattern === undefined ? "" : ` for /${cut(pattern)}/`} is not needed`
  );
  return [...slow, ...unknown, ...idle];
}

/** What makes a pattern slow; undefined when it is linear. */
export function problemOf({ at, source, flags }: Pattern): string | undefined {
  let reports;
  try {
    ({ reports } = analyse({ source, flags }));
  } catch (error) {
    return `${at} /${cut(source)}/${flags} cannot be read: ${error instanceof Error ? error.message : error}`;
  }
  const worst = reports.find(({ exponential }) => exponential) ?? reports[0];
  if (worst === undefined) return undefined;
  const attack = JSON.stringify(worst.character.pick);
  const time = worst.exponential ? "exponential" : "quadratic";
  const fixed = worst.fix();
  const instead = fixed === undefined ? "" : `; the same without that: /${cut(fixed.source)}/${fixed.flags}`;
  return `${at} /${cut(source)}/${flags} takes ${time} time on ${attack} again and again${instead}`;
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
