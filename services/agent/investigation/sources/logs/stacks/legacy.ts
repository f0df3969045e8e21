interface RawFrame {
  readonly function: string | null;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

const V8 = /^\s+at (?:async )?(?:(?:new )?(.+?) \((.+?):(\d+):(\d+)\)|(.+?):(\d+):(\d+))\s*$/;
const PYTHON = /^\s*File "(.+?)", line (\d+)(?:, in (.+))?$/;
const JAVA = /^\s+at ([\w$.<>]+)\(([\w$]+\.\w+):(\d+)\)\s*$/;
const GO = /^\s+(\/?[\w./@~-]+\.go):(\d+)(?: \+0x[0-9a-f]+)?\s*$/;
const RUBY = /^\s*(?:from )?(\/?[\w./-]+\.rb):(\d+):in [`'](.+?)'/;
const PHP = /^\s*#\d+ (\/?[\w./-]+\.php)\((\d+)\): (.+)$/;

/** The calls of a stack trace (V8, Python, Java, Go, Ruby, PHP), the failing one first. */
export function parseFrames(message: string): RawFrame[] {
  const frames: RawFrame[] = [];
  let python = false;
  for (const line of message.split("\n")) {
    const found = v8(line) ?? java(line) ?? go(line) ?? ruby(line) ?? php(line);
    if (found) frames.push(found);
    const snake = PYTHON.exec(line);
    if (snake) {
      python = true;
      frames.push({ function: snake[3] ?? null, file: snake[1]!, line: Number(snake[2]) });
    }
    if (frames.length >= 64) break;
  }
  // Python prints the failing call last.
  return python ? frames.reverse() : frames;
}

function v8(line: string): RawFrame | undefined {
  const match = V8.exec(line);
  if (!match) return undefined;
  const [, name, file, at, column, bareFile, bareAt, bareColumn] = match;
  return {
    function: name ?? null,
    file: (file ?? bareFile)!,
    line: Number(at ?? bareAt),
    column: Number(column ?? bareColumn),
  };
}

function java(line: string): RawFrame | undefined {
  const match = JAVA.exec(line);
  if (!match) return undefined;
  // The package is the folder: a.b.C.m in C.java stands in a/b/C.java.
  const folders = match[1]!.split(".").slice(0, -2).join("/");
  return { function: match[1]!, file: folders ? `${folders}/${match[2]}` : match[2]!, line: Number(match[3]) };
}

function go(line: string): RawFrame | undefined {
  const match = GO.exec(line);
  return match ? { function: null, file: match[1]!, line: Number(match[2]) } : undefined;
}

function ruby(line: string): RawFrame | undefined {
  const match = RUBY.exec(line);
  return match ? { function: match[3]!, file: match[1]!, line: Number(match[2]) } : undefined;
}

function php(line: string): RawFrame | undefined {
  const match = PHP.exec(line);
  return match ? { function: match[3]!, file: match[1]!, line: Number(match[2]) } : undefined;
}
