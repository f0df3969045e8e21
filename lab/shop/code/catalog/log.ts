const pad = (text: string, width: number) => text.padEnd(width);

/** A line in the layout of Logback's console appender, with the stack of what was thrown. */
export function log(level: "INFO" | "WARN" | "ERROR", logger: string, message: string, thrown?: unknown): void {
  const time = new Date().toISOString().replace("T", " ").replace("Z", "");
  console.log(`${time} ${pad(level, 5)} ${Deno.pid} --- [http-exec] ${pad(logger, 36)} : ${message}`);
  if (thrown === undefined) return;
  console.log(stackOf(thrown as Error));
}

function stackOf(error: Error): string {
  const own = `${error.stack ?? error}`.split("\n").map((line) => line.replace(/^ {4}at /, "\tat ")).join("\n");
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause as Error)}`;
}
