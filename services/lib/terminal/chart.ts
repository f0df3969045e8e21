const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** How a chart is scaled. */
export interface ChartOptions {
  /** Number of characters; the newest values are at the right, the chart is as long as there are values. */
  readonly width: number;
  /** The value that fills a character; default: the largest one shown. */
  readonly max?: number;
}

/** Values as one line of bars, one character each; what was not measured is a space. */
export function sparkline(values: readonly (number | null)[], options: ChartOptions): string {
  const shown = values.slice(-Math.max(1, Math.floor(options.width)));
  const max = options.max ?? Math.max(...shown.map((value) => value ?? 0));
  return shown.map((value) => {
    if (value === null || !Number.isFinite(value)) return " ";
    if (max <= 0 || value <= 0) return BARS[0];
    return BARS[Math.min(BARS.length - 1, Math.floor(value / max * BARS.length))]!;
  }).join("");
}
