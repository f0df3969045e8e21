import type { Check, Outgoing } from "../delivery/mod.ts";
import { hasModel, modelListUrls, type ModelValues } from "../model/mod.ts";
import { bearer, failed, get, type Got, ok, skipped } from "./look.ts";

/** Whether the endpoint accepts the key and has the model, by its list of models, which costs nothing. */
export async function model(settings: ModelValues, outgoing: Outgoing): Promise<Check> {
  const name = "Model";
  const { openaiBaseUrl, openaiModel } = settings;
  if (!hasModel(settings)) {
    return skipped(name, "not configured: set OPENAI_API_KEY; the built-in rules decide");
  }
  const asked = await list(settings, outgoing);
  if (asked.status === 401) return failed(name, "the endpoint does not accept OPENAI_API_KEY");
  if (asked.problem !== undefined) {
    return failed(name, `${asked.problem} (${asked.url}): check OPENAI_BASE_URL`);
  }
  const models = namesIn(asked.body);
  // In a URL of one deployment, the deployment decides the model.
  const checked = models.length > 0 && !openaiBaseUrl.includes("/deployments/");
  if (checked && !models.some((one) => isModel(one, openaiModel))) {
    return failed(name, `the endpoint has no model ${openaiModel}: check OPENAI_MODEL`);
  }
  return ok(name, `${openaiModel} at ${openaiBaseUrl}`);
}

/** The list of models, from the first address that has one. */
async function list(settings: ModelValues, outgoing: Outgoing): Promise<Got & { readonly url: string }> {
  const key = settings.openaiApiKey;
  let first: (Got & { readonly url: string }) | undefined;
  for (const url of modelListUrls(settings.openaiBaseUrl)) {
    let asked = await get(url, outgoing, { authorization: bearer(key) });
    // Azure takes a key in a header with another name.
    if (asked.status === 401 && key !== undefined) {
      asked = await get(url, outgoing, { authorization: bearer(key), "api-key": key });
    }
    if (asked.problem === undefined && !isList(asked.body)) asked = { ...asked, problem: "it lists no models" };
    const missing = asked.status === 404 || asked.status === 405 || (asked.status === 200 && asked.problem);
    if (!missing) return { ...asked, url };
    first ??= { ...asked, url };
  }
  return first!;
}

interface Named {
  readonly id?: string;
}

function isList(body: unknown): boolean {
  return Array.isArray(body) || Array.isArray((body as { data?: unknown } | undefined)?.data);
}

function namesIn(body: unknown): string[] {
  const models: readonly (Named | null)[] = Array.isArray(body) ? body : (body as { data: Named[] }).data;
  return models.map((one) => one?.id).filter((id) => typeof id === "string");
}

/** Whether `listed` is the model that is asked by `name`: some lists add a vendor (`models/…`) or a tag (`:latest`). */
function isModel(listed: string, name: string): boolean {
  return listed === name || listed.endsWith(`/${name}`) || listed === `${name}:latest`;
}
