/** What a person answers, and what it may set in motion. */
export { createOperator, type OperatorDeps, operatorRoutes } from "./routes.ts";
export { messageSchema } from "./api.ts";
export { limitsOf, operatorSettings } from "./settings.ts";
export { questionChannel, type QuestionDeps } from "./question/channel.ts";
