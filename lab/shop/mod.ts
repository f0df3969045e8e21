/** The lab's second system: a shop of several services, where the cause is not where the alert is. */
export { isShopRight, type ShopResult } from "./judge.ts";
export { shopPage } from "./page.ts";
export { SHOP_HEAD, shopLine, type ShopReport, shopReportOf, shopTables } from "./report.ts";
export { runShopScenario, type ShopRunOptions } from "./run.ts";
export { loadShopScenarios, type ShopScenario } from "./scenario.ts";
export { programsOf } from "./programs.ts";
