/** What tests with several processes share: executables, ports, folders, waiting, Prometheus and Alertmanager. */
export { type RunningAlertmanager, startAlertmanager } from "./alertmanager.ts";
export { chaos, type ChaosOptions, type ChaosResult, type PostsResult, postsWhileBackendsDie } from "./chaos.ts";
export {
  allIncidents,
  deliver,
  getJson,
  idle,
  messagesOf,
  ofGroup,
  startAgent,
  type Surroundings,
  surroundings,
} from "./agent.ts";
export { ensureBuilt, type Result, type RunOptions, runRole, type StartedRole, startRole } from "./executables.ts";
export { FAKE_ACCOUNT, type FakeMessage, type FakeTwilio, type Fault, startFakeTwilio } from "./fake_twilio.ts";
export { type TempFolder, tempFolder, workspace } from "./folders.ts";
export { freePort, freePortRange } from "./ports.ts";
export { type RunningTask, type Stack, stack } from "./stack.ts";
export { until, type UntilOptions } from "./wait.ts";
export { BIN, executablePath, type RoleName, ROOT } from "../../tasks/build/mod.ts";
export { type MonitoringTools, monitoringTools } from "../../tasks/monitoring/mod.ts";
