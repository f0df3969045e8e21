import type { StackCase } from "./case.ts";

const MESSAGE = "TypeError: Cannot read properties of undefined (reading 'rate')";
const RATES = "/opt/fares/src/rates.js:52";
const FRAMES = `    at rateOf (/opt/fares/src/rates.js:52:14)
    at async quote (/opt/fares/src/desk.js:9:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

/** JavaScript and TypeScript. */
export const V8: readonly StackCase[] = [
  {
    language: "JavaScript",
    form: "Node",
    text: `quote failed\n${MESSAGE}\n${FRAMES}`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "a package below",
    text: `quote failed Error: connect ECONNREFUSED 10.0.0.3:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)
    at Client.connect (/opt/fares/node_modules/pg/lib/client.js:132:9)
${FRAMES}`,
    headline: "Error: connect ECONNREFUSED 10.0.0.3:5432",
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "[cause]",
    text: `Error: quote 9 failed
    at quote (/opt/fares/src/desk.js:11:9) {
  [cause]: ${MESSAGE}
      at rateOf (/opt/fares/src/rates.js:52:14)
      at quote (/opt/fares/src/desk.js:9:3)
}`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "fetch that failed",
    text: `TypeError: fetch failed
    at node:internal/deps/undici/undici:13510:13
    at async rateOf (/opt/fares/src/rates.js:52:14) {
  [cause]: Error: getaddrinfo ENOTFOUND rates.example
      at GetAddrInfoReqWrap.onlookup (node:dns:122:26) {
    errno: -3008,
    code: 'ENOTFOUND'
  }
}`,
    headline: "Error: getaddrinfo ENOTFOUND rates.example",
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "AggregateError with [errors]",
    text: `AggregateError: All promises were rejected
    at async quote (/opt/fares/src/desk.js:9:3) {
  [errors]: [
    RangeError: no rate
        at rateOf (/opt/fares/src/rates.js:52:14)
        at Array.map (<anonymous>),
    Error: second
        at other (/opt/fares/src/other.js:1:1)
  ]
}`,
    headline: "RangeError: no rate",
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "caused by, as pino prints it",
    text: `Error: quote failed
    at quote (/opt/fares/src/desk.js:11:9)
caused by: ${MESSAGE}
${FRAMES}`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "uncaught, with its code",
    text: `/opt/fares/src/rates.js:52
    return tier.rate;
                ^

${MESSAGE}
${FRAMES}

Node.js v22.1.0`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "Node's codes and printed properties",
    text: `TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string. Received undefined
    at Object.readFileSync (node:fs:441:42)
    at rateOf (/opt/fares/src/rates.js:52:14) {
  code: 'ERR_INVALID_ARG_TYPE'
}`,
    headline: 'TypeError: The "path" argument must be of type string. Received undefined',
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "ES modules",
    text: `${MESSAGE}
    at async Promise.all (index 1)
    at async file:///opt/fares/src/rates.mjs:52:14`,
    headline: MESSAGE,
    place: "file:///opt/fares/src/rates.mjs:52",
  },
  {
    language: "JavaScript",
    form: "webpack",
    text: `${MESSAGE}
    at rateOf (webpack-internal:///(rsc)/./src/rates.ts:52:14)
    at webpack://fares/./src/desk.ts?5c0a:9:3`,
    headline: MESSAGE,
    place: "webpack-internal:///(rsc)/./src/rates.ts:52",
  },
  {
    language: "JavaScript",
    form: "eval and constructors",
    text: `ReferenceError: rate is not defined
    at eval (eval at build (/opt/fares/src/rates.js:52:14), <anonymous>:1:1)
    at new Desk (/opt/fares/src/desk.js:9:3)`,
    headline: "ReferenceError: rate is not defined",
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "a name that is the entry's own line",
    text: `web-2 POST /quotes failed: RangeError: Invalid array length\n${FRAMES}`,
    headline: "RangeError: Invalid array length",
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "pino-pretty",
    text: `ERROR (7): quote failed
    err: {
      "type": "TypeError",
      "message": "Cannot read properties of undefined (reading 'rate')",
      "stack":
          ${MESSAGE}
              at rateOf (/opt/fares/src/rates.js:52:14)
    }`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "JavaScript",
    form: "unhandled rejection",
    text: `(node:7) UnhandledPromiseRejectionWarning: ${MESSAGE}\n${FRAMES}`,
    headline: MESSAGE,
    place: RATES,
  },
  {
    language: "TypeScript",
    form: "Deno, uncaught in a promise",
    text: `error: Uncaught (in promise) ${MESSAGE}
  return tier.rate;
              ^
    at rateOf (file:///opt/fares/rates.ts:52:14)
    at ext:core/01_core.js:1:1
Caused by: RangeError: no tier
    at tierOf (file:///opt/fares/tiers.ts:3:9)`,
    headline: "RangeError: no tier",
    place: "file:///opt/fares/tiers.ts:3",
  },
  {
    language: "TypeScript",
    form: "Bun, with its code",
    text: `51 | function rateOf(tier) {
52 |   return tier.rate;
              ^
TypeError: undefined is not an object (evaluating 'tier.rate')
      at rateOf (/opt/fares/src/rates.ts:52:10)
      at quote (/opt/fares/src/desk.ts:9:3)

Bun v1.2.1 (Linux x64)`,
    headline: "TypeError: undefined is not an object (evaluating 'tier.rate')",
    place: "/opt/fares/src/rates.ts:52",
  },
  {
    language: "JavaScript",
    form: "Firefox and Safari",
    text: `TypeError: tier is undefined
rateOf@https://fares.example/assets/rates.js:52:14
@https://fares.example/assets/desk.js:9:3`,
    headline: "TypeError: tier is undefined",
    place: "https://fares.example/assets/rates.js:52",
  },
];
