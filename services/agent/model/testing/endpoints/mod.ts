/** Mock endpoints, one a file, after the published behavior of each. */
import type { Endpoint } from "../endpoint.ts";
import { anthropic } from "./anthropic.ts";
import { azure } from "./azure.ts";
import { deepseek } from "./deepseek.ts";
import { google } from "./google.ts";
import { litellm } from "./litellm.ts";
import { llamaCpp } from "./llama_cpp.ts";
import { lmStudio } from "./lm_studio.ts";
import { mistral } from "./mistral.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { forms } from "./others.ts";
import { vllm } from "./vllm.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  openai,
  azure,
  anthropic,
  google,
  mistral,
  deepseek,
  openrouter,
  ollama,
  vllm,
  llamaCpp,
  lmStudio,
  litellm,
  forms,
];
