type Labels = Readonly<Record<string, string | number>>;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10];

/** Metrics in Prometheus' text format. */
export class Exposition {
  readonly #values = new Map<string, Map<string, number>>();
  readonly #reads: (() => void)[] = [];

  /** Adds to a counter. */
  add(name: string, labels: Labels = {}, by = 1): void {
    const series = this.#series(name);
    const key = text(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Sets a gauge. */
  set(name: string, value: number, labels: Labels = {}): void {
    this.#series(name).set(text(labels), value);
  }

  /** Adds a duration in seconds to a histogram. */
  observe(name: string, seconds: number, labels: Labels): void {
    for (const le of SECONDS) this.add(`${name}_bucket`, { ...labels, le }, seconds <= le ? 1 : 0);
    this.add(`${name}_bucket`, { ...labels, le: "+Inf" });
    this.add(`${name}_sum`, labels, seconds);
    this.add(`${name}_count`, labels);
  }

  /** Called before each scrape. */
  onScrape(read: () => void): void {
    this.#reads.push(read);
  }

  /** All of them, as a scrape's answer. */
  answer(): Response {
    for (const read of this.#reads) read();
    const lines: string[] = [];
    for (const [name, series] of this.#values) {
      for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
    }
    return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; version=0.0.4" } });
  }

  #series(name: string): Map<string, number> {
    let series = this.#values.get(name);
    if (series === undefined) this.#values.set(name, series = new Map());
    return series;
  }
}

function text(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(String(value))}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
