import type { Random } from "./random.ts";
import type { Arrival } from "./schedule.ts";
import type { TrafficOptions } from "./settings.ts";

/** What is sent at one arrival. */
export interface PlannedRequest {
  readonly method: "GET" | "PUT";
  readonly path: string;
  /** JSON, ASCII only. */
  readonly body?: string;
}

/** Decides the request of each arrival; called for each, in order. */
export interface Planner {
  plan(arrival: Arrival): PlannedRequest;
  /** Passes over an arrival whose request is not sent. */
  skip(): void;
}

/**
 * A planner that draws the same count of random numbers for each request, so that request `i` is a function of the
 * seed, `i` and the options, whatever else happens in the run.
 */
export function planRequests(options: TrafficOptions, random: Random): Planner {
  const key = keys(options);
  const bytes = Math.round(options.payloadKb * 1024);
  return {
    plan({ segment }) {
      const errorDraw = random(), hotDraw = random(), keyDraw = random(), putDraw = random(), priceDraw = random();
      if (errorDraw < segment.errorFrac) return { method: "GET", path: options.errorPath };
      const id = key(hotDraw, keyDraw);
      const path = `/items/${id}`;
      if (putDraw >= options.putFrac) return { method: "GET", path };
      return { method: "PUT", path, body: item(id, { price: Math.round(priceDraw * 10_000) / 100, bytes }) };
    },
    skip() {
      for (let draws = 0; draws < 5; draws++) random();
    },
  };
}

/** An item as JSON of `bytes` bytes, or as few more as its fields need. */
function item(id: number, { price, bytes }: { price: number; bytes: number }): string {
  const start = `{"name":"item-${id}","price":${price},"manufacturer":"acme`;
  return `${start}${
    " works".repeat(Math.ceil(Math.max(0, bytes - start.length) / 6)).slice(0, Math.max(0, bytes - start.length - 2))
  }"}`;
}

function keys({ keyspace, hotFrac, hotset }: TrafficOptions): (hotDraw: number, keyDraw: number) => number {
  const hot = Math.min(hotset, keyspace);
  // With nothing outside the hot set, all keys are hot.
  const cold = keyspace - hot;
  return (hotDraw, keyDraw) => {
    if (hotFrac === 0 || (cold === 0 && hotDraw >= hotFrac)) return 1 + Math.floor(keyDraw * keyspace);
    return hotDraw < hotFrac ? 1 + Math.floor(keyDraw * hot) : 1 + hot + Math.floor(keyDraw * cold);
  };
}
