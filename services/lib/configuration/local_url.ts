/** Where a program that listens at this host and port is reached from this machine, e.g. `http://127.0.0.1:8088`. */
export function localUrl(host: string, port: number): string {
  // A program that listens on every address is reached over loopback.
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" || host === "[::]" ? "[::1]" : host;
  return `http://${reached.includes(":") && !reached.startsWith("[") ? `[${reached}]` : reached}:${port}`;
}
