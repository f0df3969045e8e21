import { hostname } from "node:os";
import process from "node:process";

const base = { pid: process.pid, hostname: hostname() };

/** A line as pino writes it; 30 info, 40 warn, 50 error. */
export function log(level, fields, msg) {
  process.stdout.write(`${JSON.stringify({ level, time: Date.now(), ...base, ...fields, msg })}\n`);
}

/** An error as pino's serializer writes it. */
export function serialized(error) {
  const causes = [];
  for (let one = error; one; one = one.cause) causes.push(one);
  return {
    type: error.constructor.name,
    message: causes.map((one) => one.message).join(": "),
    stack: causes.map((one) => one.stack).join("\ncaused by: "),
  };
}
