import process from "node:process";

/** The YAML reader looks at a variable for its own debugging. Without leave to read any, it finds none instead of failing. */
export function hideEnvironment(): void {
  if (Deno.permissions.querySync({ name: "env", variable: "LOG_STREAM" }).state === "granted") return;
  Object.defineProperty(process, "env", { value: {}, configurable: true });
}
