/** A test that ran, or a step of one, as `deno test` reports it. */
export interface TestCase {
  /** E.g. `./tests/up_test.ts`. */
  readonly file: string;
  /** With the names of the tests around a step: `outer > inner`. */
  readonly name: string;
  readonly seconds: number;
  readonly ignored: boolean;
  /** What went wrong, with its stack; undefined where nothing did. */
  readonly failure?: string;
}

const CASE = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
const FAILURE = /<(?:failure|error)(?: message="([^"]*)")?[^>]*?(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/;

/** The test cases of a JUnit file that `deno test --junit-path` wrote. */
export function readJunit(xml: string): TestCase[] {
  return [...xml.matchAll(CASE)].map(([, attributes = "", inner = ""]) => {
    const failure = FAILURE.exec(inner);
    const text = failure === null ? undefined : unescaped(failure[2]?.trim() || failure[1] || "failed");
    return {
      file: attribute(attributes, "classname"),
      name: attribute(attributes, "name"),
      seconds: Number(attribute(attributes, "time")),
      ignored: inner.includes("<skipped"),
      ...(text === undefined ? {} : { failure: text }),
    };
  });
}

function attribute(attributes: string, name: string): string {
  return unescaped(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|quot|apos|amp));/gi,
    (_, hex, decimal, name) =>
      name === undefined ? String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)) : named[name.toLowerCase()]!,
  );
}
