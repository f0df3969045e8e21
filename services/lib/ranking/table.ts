import type { Column, Edge, MetricTable } from "./types.ts";

/** A file that is not such a table; the message names the line and what was expected. */
export class TableError extends Error {
  override name = "TableError";
}

/**
 * Reads the field's wide CSV: a `time` column in seconds, then `<service>_<metric>` columns, cut at the last underscore.
 * Empty cells, `NaN`, `null` and infinities are gaps; rows are put in the order of time. A column whose name has no
 * such two parts, like a row number or a second clock, is nobody's metric and is left out.
 *
 * @throws {TableError} naming the line and column that cannot be read.
 */
export function parseCsv(text: string): MetricTable {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = cells(lines[0] ?? "");
  const timeAt = names.indexOf("time");
  if (timeAt < 0) throw new TableError(`line 1: expected a column named "time", got ${names.slice(0, 5).join(", ")}`);
  const columnsAt = names.flatMap((name, index) => index !== timeAt && splitName(name) !== undefined ? [index] : []);
  if (columnsAt.length === 0) throw new TableError('line 1: expected "<service>_<metric>" columns beside "time"');
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (twice !== undefined) throw new TableError(`line 1: column ${JSON.stringify(twice)} stands there twice`);
  const rows: { time: number; cells: string[] }[] = [];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === "") continue;
    const row = cells(line);
    if (row.length !== names.length) {
      throw new TableError(`line ${index + 1}: expected ${names.length} cells, got ${row.length}`);
    }
    const time = Number(row[timeAt]);
    if (row[timeAt] === "" || !Number.isFinite(time)) {
      throw new TableError(`line ${index + 1}: expected seconds in "time", got ${JSON.stringify(row[timeAt])}`);
    }
    rows.push({ time, cells: row });
  }
  if (rows.length === 0) throw new TableError("expected at least one row under the header");
  rows.sort((a, b) => a.time - b.time);
  return {
    times: Float64Array.from(rows, (row) => row.time),
    leftOut: names.filter((name, index) => index !== timeAt && name !== "" && splitName(name) === undefined),
    columns: columnsAt.map((at): Column => ({
      ...splitName(names[at]!)!,
      name: names[at]!,
      values: Float64Array.from(rows, (row) => cellValue(row.cells[at]!, names[at]!)),
    })),
  };
}

/**
 * Reads `caller,callee` lines under that header.
 *
 * @throws {TableError} naming the line that cannot be read.
 */
export function parseEdges(text: string): Edge[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (cells(lines[0] ?? "").join(",") !== "caller,callee") throw new TableError('line 1: expected "caller,callee"');
  return lines.slice(1).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const [caller, callee, ...more] = cells(line);
    if (!caller || !callee || more.length > 0) throw new TableError(`line ${index + 2}: expected "caller,callee"`);
    return [{ caller, callee }];
  });
}

/** The service and the metric of a column's name; undefined when it has not both. */
function splitName(name: string): { service: string; metric: string } | undefined {
  const cut = name.lastIndexOf("_");
  if (cut <= 0 || cut === name.length - 1) return undefined;
  return { service: name.slice(0, cut), metric: name.slice(cut + 1) };
}

function cells(line: string): string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function cellValue(cell: string, column: string): number {
  if (cell === "" || /^(nan|null|none|na|[+-]?inf(inity)?)$/i.test(cell)) return NaN;
  const value = Number(cell);
  if (Number.isNaN(value)) throw new TableError(`column ${column}: expected a number, got ${JSON.stringify(cell)}`);
  return value;
}
