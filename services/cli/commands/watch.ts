import { Option } from "commander";
import { number, text } from "../../lib/configuration/mod.ts";
import { type Cell, cut, LiveBlock, oneLine, quiet, wrap } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { incidentPage, type IncidentRead, type IncidentSummaryRead, incidentView } from "../../lib/incident/mod.ts";
import { findIncident, INCIDENT_HELP } from "../incident.ts";
import { type Change, changes } from "../watch/changes.ts";
import { AlertNews } from "../watch/alerts.ts";
import { beginningOf, type News, NewsReader } from "../watch/news.ts";
import { watchedService } from "../prometheus.ts";
import { Lookout, weatherInWords, WeatherLine } from "../watch/weather.ts";

interface Flags {
  readonly until?: "diagnosed" | "resolved";
  readonly timeout?: number;
  readonly alert?: string;
  readonly service?: string;
  readonly elapsed?: true;
}

const LOOK_EVERY_MS = 1_000;
/** Where output is no terminal, how often the rates are told while something is wrong. */
const TELL_EVERY_MS = 10_000;
/** Columns before what is told: the time and a word. */
const INDENT = 24;

/** `oncall watch [incident]`: events as they happen. */
export function watch({ program, action }: Frame): void {
  program.command("watch")
    .summary("show events live")
    .description("show events of all incidents live; with an incident, only its events, until it is resolved")
    .argument("[incident]", `${INCIDENT_HELP}; without it, all open and new ones`)
    .option("--alert <name>", "only this alert and its incidents", checked(text({ help: "" }, "")))
    .option("--service <name>", "only this service's rates and incidents", checked(text({ help: "" }, "")))
    .option("--elapsed", "show the elapsed time instead of the time of day")
    .addOption(
      new Option("--until <state>", "end when an incident reaches this state; exit status 0")
        .choices(["diagnosed", "resolved"]),
    )
    .option(
      "--timeout <s>",
      "end after this many seconds; exit status 1",
      checked(number({ help: "" }, 0, 0.1, 31_536_000)),
    )
    .action(
      action(async (context, name: string | undefined, flags: Flags) => await new Watch(context, flags).run(name)),
    );
}

/** One run of `oncall watch`. */
class Watch {
  readonly #context: Context;
  readonly #flags: Flags;
  readonly #end = new AbortController();
  /** Incidents to investigate again. */
  readonly #changed = new Set<string>();
  readonly #readers = new Map<string, NewsReader>();
  readonly #alerts = new AlertNews();
  #lookout: Lookout;
  readonly #weather = new WeatherLine();
  #toldWeatherMs = -Infinity;
  readonly #beganMs: number;
  readonly #block: LiveBlock | undefined;
  #blockLines: string[] = [];
  #wake = new AbortController();
  #only: string | undefined;
  /** Open incidents that were diagnosed before the watch began. */
  readonly #diagnosedBefore = new Set<string>();
  #connected = false;
  #lost = false;
  #failure: unknown;

  constructor(context: Context, flags: Flags) {
    this.#context = context;
    this.#flags = flags;
    this.#lookout = new Lookout(context, null);
    this.#beganMs = context.deps.now().getTime();
    if (context.out.isTerminal && !context.json) this.#block = new LiveBlock(context.deps.write);
  }

  async run(name: string | undefined): Promise<number> {
    const { deps } = this.#context;
    const until = this.#flags.until ?? (name === undefined ? undefined : "resolved");
    const { service } = this.#flags;
    if (service !== undefined) {
      this.#lookout = new Lookout(this.#context, await watchedService(this.#context, service));
    }
    if (name !== undefined) this.#only = (await findIncident(this.#context, name)).id;
    const stop = () => this.#stop();
    deps.interrupted.addEventListener("abort", stop);
    const deadline = this.#flags.timeout === undefined ? Infinity : deps.now().getTime() + this.#flags.timeout * 1000;
    const following = this.#follow();
    try {
      while (!this.#end.signal.aborted) {
        for (const id of this.#changed) {
          this.#changed.delete(id);
          const incident = await this.#look(id);
          if (incident !== undefined && until !== undefined && this.#reached(incident, until)) return EXIT.ok;
        }
        await this.#lookOutside();
        if (this.#failure !== undefined) throw this.#failure;
        const left = deadline - deps.now().getTime();
        if (left <= 0) return EXIT.notWell;
        await deps.sleep(Math.min(LOOK_EVERY_MS, left), this.#wake.signal);
        this.#wake = new AbortController();
        if (this.#end.signal.aborted) break;
      }
      return EXIT.ok;
    } finally {
      deps.interrupted.removeEventListener("abort", stop);
      this.#stop();
      this.#block?.leave();
      await following;
    }
  }

  #stop(): void {
    this.#end.abort();
    this.#wake.abort();
  }

  async #follow(): Promise<void> {
    try {
      for await (const change of changes(this.#context, this.#end.signal)) {
        await this.#note(change);
        this.#wake.abort();
      }
    } catch (error) {
      this.#failure = error;
      this.#wake.abort();
    }
  }

  async #note(change: Change): Promise<void> {
    if (change.kind === "incident") {
      if (this.#only === undefined || this.#only === change.id) this.#changed.add(change.id);
    } else if (change.kind === "lost") {
      if (!this.#lost) {
        this.#say([
          "",
          { text: "agent", tone: "warn" },
          `the agent does not answer (${oneLine(change.reason)}); retrying`,
        ]);
      }
      this.#lost = true;
    } else {
      if (this.#lost) this.#say(["", { text: "agent", tone: "good" }, "the agent answers again"]);
      this.#lost = false;
      // Changes while disconnected.
      const open = this.#only === undefined ? await this.#openIncidents() : [];
      // A terminal's live lines already show this.
      const isIdle = !this.#connected && this.#only === undefined && open?.length === 0;
      if (isIdle && this.#block === undefined && this.#flags.alert === undefined) {
        this.#say([this.#time(this.#context.deps.now().toISOString()), quiet("waiting"), "no open incident"]);
      }
      for (const { id, state } of open ?? []) {
        this.#changed.add(id);
        if (!this.#connected && state === "diagnosed") this.#diagnosedBefore.add(id);
      }
      if (this.#only !== undefined) this.#changed.add(this.#only);
      this.#connected = true;
    }
  }

  /** Those that are not resolved; undefined if unknown. */
  async #openIncidents(): Promise<IncidentSummaryRead[] | undefined> {
    const { api, agent } = this.#context;
    try {
      const page = await api.call(agent, {
        path: "/api/incidents",
        query: { limit: 100, order: "open_first" },
        schema: incidentPage,
      });
      return page.incidents.filter(({ id, state }) => state !== "resolved" || this.#readers.has(id)).reverse();
    } catch (error) {
      if (error instanceof CliError) return undefined;
      throw error;
    }
  }

  async #look(id: string): Promise<IncidentRead | undefined> {
    const { api, agent } = this.#context;
    let incident: IncidentRead;
    try {
      incident = await api.call(agent, { path: `/api/incidents/${encodeURIComponent(id)}`, schema: incidentView });
    } catch (error) {
      // The stream reports when the agent is back, and then it is read again.
      if (error instanceof CliError) return undefined;
      throw error;
    }
    const { alert, service } = this.#flags;
    if (service !== undefined && incident.service !== service) return undefined;
    if (alert !== undefined && !incident.alerts.some(({ labels }) => labels.alertname === alert)) return undefined;
    let reader = this.#readers.get(id);
    if (reader === undefined) {
      this.#readers.set(id, reader = new NewsReader());
      const { severity, title, code } = incident;
      if (!this.#context.json) {
        this.#say([
          this.#time(beginningOf(incident)),
          { text: "received", tone: "bad" },
          `incident ${oneLine(code)}, ${oneLine(severity)}: ${oneLine(title)}`,
        ]);
      }
    }
    for (const news of reader.read(incident)) this.#tell(incident, news);
    return incident;
  }

  #tell({ id, code }: IncidentRead, { at, kind, cells, below = [], item }: News): void {
    if (this.#context.json) return this.#print({ at, incident: id, code, kind, item });
    const [what, ...rest] = cells;
    // With one incident, its code is already shown above.
    const name = this.#readers.size > 1 ? [`${oneLine(code)}  `] : [];
    this.#say([this.#time(at), what!, ...name, ...rest], below);
  }

  async #lookOutside(): Promise<void> {
    const weather = await this.#lookout.look(this.#flags.alert);
    const { deps, out, json } = this.#context;
    const now = deps.now();
    for (const { name, state, cells } of this.#alerts.read(weather?.alerts ?? [])) {
      const at = now.toISOString();
      if (json) this.#print({ at, kind: "alert", item: { name, state } });
      else this.#say([this.#time(at), ...cells]);
    }
    if (this.#block === undefined) {
      const words = weatherInWords(weather, now);
      if (words === undefined || now.getTime() - this.#toldWeatherMs < TELL_EVERY_MS) return;
      this.#toldWeatherMs = now.getTime();
      return this.#say([this.#time(now.toISOString()), quiet("measured"), words]);
    }
    this.#blockLines = this.#weather.lines(weather, { out, now, width: out.width - 1 });
    this.#block.draw(this.#blockLines);
  }

  /** Whether what was waited for has come; what was so before the watch began does not count, unless it was named. */
  #reached({ id, state }: IncidentRead, until: "diagnosed" | "resolved"): boolean {
    const isSo = state === until || state === "resolved";
    if (!isSo) this.#diagnosedBefore.delete(id);
    return isSo && (this.#only !== undefined || !this.#diagnosedBefore.has(id));
  }

  #print(value: unknown): void {
    this.#context.deps.write(`${JSON.stringify(value)}\n`);
  }

  #say([at, what, ...rest]: readonly Cell[], below: News["below"] = []): void {
    if (this.#context.json) return;
    const { out } = this.#context;
    const label = typeof what === "string" ? { text: what } : what!;
    const head: Cell[] = [String(at).padEnd(10), { ...label, text: `${cut(label.text, 13).padEnd(13)} ` }];
    const lines = [
      // What is in columns is cut at the terminal's edge; words go on in the next line.
      ...(rest.every((cell) => typeof cell === "string")
        ? wrap(rest.join(""), Math.max(20, out.width - 1 - INDENT)).map((line, i) =>
          i === 0 ? out.fit([...head, line]) : " ".repeat(INDENT) + line
        )
        : [out.fit([...head, ...rest])]),
      ...below.flatMap(({ name, text, tone = "plain" }) =>
        wrap(text, Math.min(out.width - 1, 120) - 22).map((line, i) =>
          " ".repeat(10) + (i === 0 ? name : "").padEnd(12) + out.paint(line, tone)
        )
      ),
    ];
    if (this.#block !== undefined) this.#block.above(lines, this.#blockLines);
    else for (const line of lines) out.line(line);
  }

  /** The time of day, UTC, or how long the watch had lasted. */
  #time(at: string): string {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return "";
    if (this.#flags.elapsed !== true) return date.toISOString().slice(11, 19);
    const seconds = Math.floor((date.getTime() - this.#beganMs) / 1000);
    const [sign, whole] = seconds < 0 ? ["-", -seconds] : ["", seconds];
    return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`.padStart(8);
  }
}
