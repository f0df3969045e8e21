import * as v from "valibot";

function within(min: number, max: number) {
  const expected = `expected a whole number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));
}

/** What the manager's routes take, where instances may have the ports from `basePort` to `maxPort`. */
export function requestSchemas(basePort: number, maxPort: number) {
  return {
    startRequest: v.strictObject({ port: v.optional(within(basePort, maxPort)) }),
    stopRequest: v.pipe(
      v.strictObject({ port: v.optional(within(1, 65_535)), pid: v.optional(within(1, 2 ** 31 - 1)) }),
      v.check((body) => (body.port === undefined) !== (body.pid === undefined), "expected either port or pid"),
    ),
    scaleRequest: v.strictObject({ replicas: within(0, maxPort - basePort + 1) }),
    eventsQuery: v.strictObject({
      since: v.optional(v.pipe(v.string(), v.isoTimestamp("expected an RFC 3339 time"), v.transform(Date.parse))),
      limit: v.optional(v.pipe(v.string(), v.transform(Number), within(1, 500))),
    }),
  };
}
