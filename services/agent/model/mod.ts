/** The model: one client and one budget for every room that asks it. */
export { cleanAdvice, type Cleaned, withoutLinks } from "./advice.ts";
export { Budget, type TokenCaps, type TokenMeter, type TokensUsed } from "./budget.ts";
export { createModel, type Model, type ModelDeps } from "./model.ts";
export { modelListUrls } from "./endpoint/addresses.ts";
export { ModelError } from "./error.ts";
export type { AskedCall, FunctionTool, MadeCall, ModelAnswer, ModelMessage, ModelRequest } from "./request.ts";
export { hasModel, modelSettings, type ModelValues } from "./settings.ts";
