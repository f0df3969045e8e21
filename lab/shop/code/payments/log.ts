/** A line in the layout of the service's logging, with what was thrown, the innermost call last. */
export function log(level: "INFO" | "ERROR", message: string, thrown?: Error): void {
  const time = new Date().toISOString().replace("T", " ").replace(".", ",").replace("Z", "");
  console.log(`${time} ${level} [payments.app] - ${message}`);
  if (thrown !== undefined) console.log(tracebackOf(thrown));
}

const FRAME = /^ {4}at (?:async )?(?:(\S+) )?\(?(?:file:\/\/)?([^():]+):(\d+):\d+\)?$/;

function tracebackOf(error: Error): string {
  const frames = (error.stack ?? "").split("\n").flatMap((line) => {
    const [, name = "<module>", file, number] = FRAME.exec(line) ?? [];
    return file === undefined || file.startsWith("ext:") ? [] : [`  File "${file}", line ${number}, in ${name}`];
  });
  return ["Traceback (most recent call last):", ...frames.reverse(), `${error.name}: ${error.message}`].join("\n");
}
