import assert from "node:assert/strict";
import { modelListUrls } from "./addresses.ts";

const CASES: Record<string, readonly string[]> = {
  "https://api.openai.com/v1": ["https://api.openai.com/v1/models", "https://api.openai.com/v1/v1/models"],
  "http://127.0.0.1:11434": ["http://127.0.0.1:11434/models", "http://127.0.0.1:11434/v1/models"],
  "http://127.0.0.1:8000/": ["http://127.0.0.1:8000/models", "http://127.0.0.1:8000/v1/models"],
  "http://gpu:8000/v1/chat/completions": ["http://gpu:8000/v1/models", "http://gpu:8000/v1/v1/models"],
  "https://proxy.test/llm?api-version=preview": [
    "https://proxy.test/llm/models?api-version=preview",
    "https://proxy.test/llm/v1/models?api-version=preview",
  ],
  "https://shop.openai.azure.com/openai/deployments/gpt4?api-version=2024-10-21": [
    "https://shop.openai.azure.com/openai/models?api-version=2024-10-21",
  ],
};

for (const [base, urls] of Object.entries(CASES)) {
  Deno.test(`modelListUrls() names the lists of models of ${base}`, () => assert.deepEqual(modelListUrls(base), urls));
}
