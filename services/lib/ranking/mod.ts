/** Which service is to blame? A ranking of suspects from metrics alone. */
export { parseCsv, parseEdges, TableError } from "./table.ts";
export { type Column, type Edge, type MetricTable, type Ranking, type RankOptions } from "./types.ts";
export { rankSuspects } from "./rank.ts";
