import { Registry } from "prom-client";
import { createModel, type Model, type ModelValues } from "../mod.ts";

/** Settings of a model at `baseUrl` without caps. */
export function modelValues(baseUrl: string, more: Partial<ModelValues> = {}): ModelValues {
  return {
    openaiApiKey: "sk-test-0123456789abcdef",
    openaiBaseUrl: baseUrl,
    openaiModel: "gpt-4o-mini",
    openaiTimeoutSec: 10,
    openaiSeverities: [],
    openaiTokensPerIncident: 0,
    openaiTokensPerHour: 0,
    ...more,
  };
}

/** A model at `baseUrl` whose budget is kept in memory. */
export function modelAt(
  baseUrl: string,
  options: { readonly settings?: Partial<ModelValues>; readonly fetch?: typeof fetch; readonly now?: () => Date } = {},
): Model {
  return createModel(modelValues(baseUrl, options.settings), {
    store: { transact: () => Promise.reject(new Error("nothing is kept in this test")) },
    registry: new Registry(),
    now: options.now ?? (() => new Date()),
    fetch: options.fetch ?? globalThis.fetch,
  });
}
