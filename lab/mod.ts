/** The lab: situations whose truth is known, and what the agent says about them. */
export { loadBaseline, saveBaseline, worseThan } from "./baseline.ts";
export { inPool } from "./pool.ts";
export { isCorrect, type Report, reportOf } from "./report.ts";
export { reportPage } from "./page.ts";
export { recorder } from "./record.ts";
export { type RunOptions, runScenario } from "./run_scenario.ts";
export { loadScenarios, type Scenario, ScenarioError } from "./scenario.ts";
export { RESULT_HEAD, resultLine, tableLines } from "./table.ts";
export {
  loadShopScenarios,
  programsOf,
  runShopScenario,
  SHOP_HEAD,
  shopLine,
  shopPage,
  shopReportOf,
  shopTables,
} from "./shop/mod.ts";
