// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * @typedef {{ name: string, points: [number, number | null][] }} Line
 * @typedef {{ unit: string, limit: number | null, lines: Line[] }} Chart
 * @typedef {{ src: string, plot: any, chart: Chart | undefined, loading: boolean }} Drawn
 */

const COLORS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
const REFRESH_MS = 5_000;
const GUTTER = 52;

/** @type {WeakMap<Element, Drawn>} */
const drawn = new WeakMap();

/** @type {Promise<void> | undefined} */
let loading;

/** Loads uPlot for the first chart that has something to show: a page is painted before its charts are. */
function loadLibrary() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("uplot.js", import.meta.url).href;
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined;
      reject(new Error("cannot load the chart library; retrying with the next measurement"));
    };
    document.head.append(script);
  });
  return loading;
}

/** Draws each chart of the page once it can be seen, and again when its data, its size or the colors change. */
export function drawCharts() {
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) draw(/** @type {HTMLElement} */ (target));
  });
  const watched = new WeakSet();
  const look = () => {
    for (const element of document.querySelectorAll("[data-chart]")) {
      if (!watched.has(element)) {
        watched.add(element);
        sizes.observe(element);
      }
      // A fixed stretch of the past stays as it is.
      const src = element.getAttribute("data-src");
      if (src !== null && drawn.get(element)?.src !== src) load(/** @type {HTMLElement} */ (element));
    }
  };
  document.addEventListener("console:fresh", look);
  look();
  setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("[data-chart][data-src*='minutes=']")) {
      load(/** @type {HTMLElement} */ (element));
    }
  }, REFRESH_MS);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const element of document.querySelectorAll("[data-chart]")) draw(/** @type {HTMLElement} */ (element), true);
  });
}

/** @param {HTMLElement} element */
async function load(element) {
  const src = element.dataset.src ?? "";
  const known = drawn.get(element) ?? { src, plot: undefined, chart: undefined, loading: false };
  drawn.set(element, known);
  if (known.loading) return;
  known.loading = true;
  known.src = src;
  try {
    const response = await fetch(src, { signal: AbortSignal.timeout(8_000) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    known.chart = answer;
    draw(element);
  } catch (error) {
    // What was drawn stays, but for the value of now.
    if (known.chart === undefined) note(element, error instanceof Error ? error.message : String(error));
    else tell(element, "not measured now");
  } finally {
    known.loading = false;
  }
  if (element.dataset.src !== src) load(element);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} [anew]
 */
function draw(element, anew = false) {
  const known = drawn.get(element) ?? { src: "", plot: undefined, chart: undefined, loading: false };
  drawn.set(element, known);
  if (known.chart === undefined && element.dataset.points !== undefined) {
    known.chart = JSON.parse(element.dataset.points);
  }
  const { chart } = known;
  const width = element.clientWidth, height = element.clientHeight;
  if (chart === undefined || width === 0) return;
  const UPlot = /** @type {any} */ (globalThis).uPlot;
  if (UPlot === undefined) {
    loadLibrary().then(() => draw(element), (error) => note(element, error.message));
    return;
  }
  if (!chart.lines.some(({ points }) => points.some(([, value]) => value !== null))) {
    known.plot?.destroy();
    known.plot = undefined;
    return note(element, "No measurements in this period.");
  }
  const data = columns(chart.lines);
  const [from, to] = stretch(element, data[0]);
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", inWords(chart));
  tellNow(element, chart);
  if (known.plot && !anew && known.plot.series.length === data.length) {
    if (known.plot.width !== width || known.plot.height !== height) known.plot.setSize({ width, height });
    known.plot.setData(data, false);
    known.plot.setScale("x", { min: from, max: to });
    return;
  }
  known.plot?.destroy();
  element.replaceChildren();
  const style = getComputedStyle(document.body);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--faint"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("--grid"), width: 1 },
    ticks: { stroke: color("--grid"), width: 1, size: 4 },
  };
  known.plot = new UPlot(
    {
      width,
      height,
      tzDate: (/** @type {number} */ at) => UPlot.tzDate(new Date(at * 1e3), "Etc/UTC"),
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: true, min: from, max: to, auto: false },
        y: {
          range: (
            /** @type {any} */ _,
            /** @type {number} */ __,
            /** @type {number} */ most,
          ) => [0, ceiling(most, chart)],
        },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 4,
          space: 62,
          values: (/** @type {any} */ _, /** @type {number[]} */ at) => at.map((t) => clock(t, to - from)),
        },
        {
          ...axis,
          size: Number(element.dataset.gutter ?? GUTTER),
          space: 32,
          values: (/** @type {any} */ _, /** @type {number[]} */ values) =>
            values.map((value) => label(value, chart.unit)),
        },
      ],
      series: [
        {},
        ...chart.lines.map(({ name }, i) => ({
          label: name,
          stroke: color(COLORS[i % COLORS.length] ?? ""),
          width: 2,
          fill: chart.lines.length === 1 ? color("--line-1-fill") : undefined,
          points: { show: false },
          spanGaps: false,
        })),
      ],
      hooks: {
        draw: [(/** @type {any} */ plot) => drawLimit(plot, chart.limit, color("--bad"))],
        setCursor: [(/** @type {any} */ plot) => tellCursor(element, plot, chart)],
      },
    },
    data,
    element,
  );
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function note(element, text) {
  const p = document.createElement("p");
  p.className = "empty";
  p.textContent = text;
  element.replaceChildren(p);
}

/** @param {Line[]} lines */
function columns(lines) {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  return [
    times,
    ...lines.map(({ points }) => {
      const values = new Map(points);
      return times.map((at) => values.get(at) ?? null);
    }),
  ];
}

/**
 * From when to when: as the chart was asked for, else as far as there are points.
 *
 * @param {HTMLElement} element
 * @param {(number | null)[] | undefined} times
 * @returns {[number, number]}
 */
function stretch(element, times) {
  const asked = new URLSearchParams((element.dataset.src ?? "").split("?")[1]);
  const from = Number(asked.get("from") ?? times?.[0] ?? 0), to = Number(asked.get("to") ?? times?.at(-1) ?? 1);
  return [from, Math.max(to, from + 1)];
}

/**
 * @param {any} plot
 * @param {number | null} limit
 * @param {string} color
 */
function drawLimit(plot, limit, color) {
  if (limit === null || limit > plot.scales.y.max) return;
  const y = plot.valToPos(limit, "y", true);
  plot.ctx.save();
  plot.ctx.strokeStyle = color;
  plot.ctx.setLineDash([6, 5]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(plot.bbox.left, y);
  plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/**
 * @param {number} most
 * @param {Chart} chart
 */
function ceiling(most, { unit, limit }) {
  const least = unit === "percent" ? 10 : unit === "ms" ? 50 : 1;
  const top = Math.max(least, (most || 0) * 1.15, limit !== null && most > limit / 3 ? limit * 1.15 : 0);
  return unit === "percent" ? Math.min(104, top) : top;
}

/**
 * @param {number} value
 * @param {string} unit
 */
function label(value, unit) {
  const digits = Math.abs(value) >= 10 || Number.isInteger(value) ? 0 : 1;
  const text = value.toFixed(digits);
  return unit === "percent" ? `${text} %` : unit === "ms" ? `${text} ms` : unit === "per second" ? `${text}/s` : text;
}

/**
 * @param {number} at
 * @param {number} seconds
 */
function clock(at, seconds) {
  const text = new Date(at * 1e3).toISOString();
  return seconds > 86_400
    ? `${text.slice(5, 10)} ${text.slice(11, 16)}`
    : seconds < 600
    ? text.slice(11, 19)
    : text.slice(11, 16);
}

/** How many of the newest points may be missing before a value is no longer that of now. */
const RECENT = 4;

/** @param {Line} line */
function newest({ points }) {
  return points.slice(-RECENT).findLast(([, value]) => value !== null);
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function tell(element, text) {
  const place = element.closest("figure")?.querySelector("[data-chart-now]");
  if (place) place.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {Chart} chart
 */
function tellNow(element, chart) {
  const values = chart.lines.map((line) => ({ name: line.name, value: newest(line)?.[1] }));
  const known = values.filter(({ value }) => value !== undefined && value !== null)
    .map(({ name, value }) =>
      `${chart.lines.length > 1 ? `${name} ` : ""}${label(/** @type {number} */ (value), chart.unit)}`
    );
  tell(element, known.join(", "));
}

/**
 * @param {HTMLElement} element
 * @param {any} plot
 * @param {Chart} chart
 */
function tellCursor(element, plot, chart) {
  const { idx } = plot.cursor;
  const place = element.closest("figure")?.querySelector("[data-chart-now]");
  if (!place) return;
  if (idx === null || idx === undefined) return tellNow(element, chart);
  const values = chart.lines.map((_, i) => plot.data[i + 1][idx])
    .map((value) => value === null ? "not measured" : label(value, chart.unit));
  place.textContent = `${new Date(plot.data[0][idx] * 1e3).toISOString().slice(11, 19)}: ${values.join(", ")}`;
}

/** @param {Chart} chart */
function inWords(chart) {
  return chart.lines.map((line) => {
    const values = line.points.filter((point) => point[1] !== null);
    const most = values.reduce((best, point) => (point[1] ?? 0) > (best[1] ?? 0) ? point : best, values[0] ?? [0, 0]);
    const last = values.at(-1);
    if (!last) return `${line.name}: not measured`;
    return `${line.name}: ${label(last[1] ?? 0, chart.unit)} at ${clock(last[0], 0)}, at most ${
      label(most[1] ?? 0, chart.unit)
    } at ${clock(most[0], 0)} UTC`;
  }).join("; ");
}
