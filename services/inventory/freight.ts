/** Request for a freight rate. */
export interface FreightDeps {
  /** Base URL of the carrier's rate service. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Where the carrier's rate service is by default. */
export const FREIGHT_URL = "http://127.0.0.1:7099";

const DEADLINE_MS = 1_500;
const ATTEMPT_MS = 1_000;
const PAUSE_MS = 250;

/** The carrier did not answer in time. */
export class FreightTimeoutError extends Error {
  override name = "FreightTimeoutError";
}

/**
 * The carrier's rate for a parcel.
 *
 * @throws {FreightTimeoutError} when there is no answer within 1.5 s.
 */
export async function freightRate(deps: FreightDeps, kilograms: number): Promise<{ kilograms: number; rate: number }> {
  const deadline = deps.now() + DEADLINE_MS;
  let cause: unknown;
  while (deps.now() < deadline) {
    try {
      return { kilograms, rate: await askCarrier(deps, kilograms) };
    } catch (error) {
      cause = error;
      await deps.sleep(PAUSE_MS);
    }
  }
  throw new FreightTimeoutError(`no freight rate from ${deps.url} within ${DEADLINE_MS} ms`, { cause });
}

async function askCarrier(deps: FreightDeps, kilograms: number): Promise<number> {
  const response = await deps.fetch(`${deps.url}/rates?kilograms=${kilograms}`, {
    signal: AbortSignal.timeout(ATTEMPT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the carrier answered ${response.status}`);
  }
  const { rate } = await response.json();
  return Number(rate);
}
