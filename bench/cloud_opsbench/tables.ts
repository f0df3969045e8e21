export type Row = Record<string, string>;

/**
 * A table as kubectl prints it, by its header. Cells are two blanks apart; where a row has other cells than the header has
 * columns (empty cells, or names of other lengths than when it was printed), the columns' positions decide.
 */
export function readTable(text: string): Row[] {
  const lines = text.split("\n").filter((one) => one.trim() !== "");
  const header = lines[0];
  if (!header || !/^[A-Z][A-Z ()\-\/]*$/.test(header.trim())) return [];
  const names = header.trim().split(/\s{2,}|\t+/);
  const starts = names.map((name) => header.indexOf(name));
  return lines.slice(1).map((line) => {
    const cells = line.trim().split(/\s{2,}|\t+/);
    const row: Row = {};
    if (cells.length === names.length) names.forEach((name, index) => row[name] = cells[index] ?? "");
    else if (cells.length > names.length) {
      names.forEach((name, index) =>
        row[name] = index < names.length - 1 ? cells[index] ?? "" : cells.slice(index).join("  ")
      );
    } else names.forEach((name, index) => row[name] = line.slice(starts[index], starts[index + 1]).trim());
    return row;
  });
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 };

/** "2m15s", "4d20h", "62s" and the like in seconds. */
export function ageSeconds(text: string | undefined): number | undefined {
  const parts = [...(text ?? "").matchAll(/(\d+)([smhdy])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? "s"] ?? 1), 0);
}
