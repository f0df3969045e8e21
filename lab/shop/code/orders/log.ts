/** A line of key=value pairs, as Go's slog writes them. */
export function log(
  level: "INFO" | "WARN" | "ERROR",
  msg: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const pairs = Object.entries({ time: new Date().toISOString(), level, msg, ...fields });
  console.log(pairs.map(([name, value]) => `${name}=${quoted(String(value))}`).join(" "));
}

function quoted(text: string): string {
  return /^[\w.:/+-]+$/.test(text) ? text : JSON.stringify(text);
}
