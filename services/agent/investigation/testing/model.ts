import { type ChatCompletionRequest, type Fixture, LLMock } from "@copilotkit/aimock";
import type { Brain } from "../brains/brain.ts";
import type { TokenMeter } from "../../model/mod.ts";
import { modelAt } from "../../model/testing/model.ts";
import { createOpenAiBrain } from "../brains/openai/openai.ts";

/** One answer of a scripted model. */
export interface Scripted {
  readonly response: Fixture["response"];
  readonly chaos?: Fixture["chaos"];
  /** Milliseconds before it answers. */
  readonly latency?: number;
}

/** A scripted OpenAI-compatible endpoint and a brain that asks it. */
export interface ScriptedModel {
  readonly brain: Brain;
  readonly url: string;
  /** Bodies of the requests so far. */
  requests(): ChatCompletionRequest[];
}

/** Calls as a model's answer. */
export function asks(...calls: readonly (readonly [name: string, args?: unknown])[]): Scripted {
  return {
    response: {
      toolCalls: calls.map(([name, args = {}], index) => ({
        id: `call_${name}_${index}`,
        name,
        arguments: typeof args === "string" ? args : JSON.stringify(args),
      })),
    },
  };
}

// One server for all tests of a module, started outside of them: it holds a timer and connections of its own.
const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
await mock.start();

/** A model that gives `script`'s answers in order, the last one for ever; one at a time. */
export function startModel(
  script: readonly Scripted[],
  options: { readonly timeoutMs?: number; readonly meter?: TokenMeter; readonly fetch?: typeof fetch } = {},
): ScriptedModel {
  mock.reset();
  for (const [index, { response, chaos, latency }] of script.entries()) {
    const last = index === script.length - 1;
    mock.addFixture({
      match: { predicate: () => mock.getRequests().length === index || (last && mock.getRequests().length > index) },
      response,
      ...(chaos === undefined && latency === undefined ? {} : { chaos: { ...chaos, latencyMs: latency ?? 0 } }),
    });
  }
  const model = modelAt(`${mock.url}/v1`, {
    settings: { openaiTimeoutSec: (options.timeoutMs ?? 10_000) / 1_000 },
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const brain = createOpenAiBrain({ model, meter: options.meter ?? model.budget.meter(0) });
  return {
    brain,
    url: mock.url,
    requests: () => mock.getRequests().map((entry) => entry.body as ChatCompletionRequest),
  };
}
