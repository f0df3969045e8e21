/** Logs and metrics, the same way in every role. */
export { createLogger, type LogFields, type Logger, type LogLevel, silentLogger } from "./logger.ts";
export { createMetrics, metricsText } from "./metrics.ts";
