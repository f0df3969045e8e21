import type { Draft } from "../../diagnosis.ts";
import type { Situation } from "../../tools/mod.ts";
import { adviceFor, nullRead } from "./advice.ts";
import { DraftWriter, inOrder, nameOf, where } from "./draft.ts";
import { errorState, type Signals } from "./signals.ts";
import { clock, cores, counted, listed, megabytes, milliseconds, percent, perSecond, quoted } from "./wording.ts";

/** Turns signals into a draft, once the kind of trouble is clear. */
export type Conclusion = (signals: Signals, situation: Situation) => Draft;

const writer = (signals: Signals, situation: Situation) => new DraftWriter(signals, situation.incident.severity);

/** An error whose stack names a line of ours. */
export const codeError: Conclusion = (signals, situation) => {
  const { shape, frame, logs, code, changes, similar, failingRoutes, errors } = signals;
  const place = `${frame!.file}:${frame!.line}`;
  const error = errorText(shape!.message);
  const said = code?.result.file === frame!.file
    ? code.result.lines.find((line) => line.line === frame!.line)?.text.trim()
    : undefined;
  const read = nullRead(shape!.message, said);
  const routes = routesOf(signals);
  const call = routes.length > 0 ? ` when ${listed(routes)} ${routes.length === 1 ? "is" : "are"} called` : "";
  const inFunction = frame!.function === null ? "" : ` in ${quoted(frame!.function)}`;
  const out = writer(signals, situation)
    .cause(`${quoted(error)} is thrown${inFunction} at ${place}${call}.`, logs!.id);
  if (said !== undefined && read?.expression) {
    out.cause(`There ${quoted(read.expression)} is ${read.kind}, and ${quoted(`.${read.property}`)} is read from it.`)
      .claim(`${place} reads ${quoted(said)}.`, code!.id);
  } else if (said !== undefined) out.claim(`${place} reads ${quoted(said)}.`, code!.id);
  const span = shape!.first !== null && shape!.last !== null
    ? ` between ${clock(shape!.first)} and ${clock(shape!.last)}`
    : "";
  out.errorRate();
  const spread = where(errors);
  if (spread !== "") out.cause(`It happens${spread}.`);
  out.claim(`It was logged ${counted(shape!.count, "time")}${span}.`, logs!.id).routes().instances(
    errors,
    "error_percent",
  );
  const commit = changes?.result.file === frame!.file ? changes?.result.commits[0] : undefined;
  if (commit) {
    out.step(
      `Look at commit ${commit.sha} of ${commit.author} ("${commit.title}"), the newest that touched ${frame!.file}.`,
    );
  }
  const before = similar?.result.incidents.find((other) => other.affected_file === frame!.file);
  if (before) out.step(`Compare with incident ${before.code}, which ended in the same file.`);
  out.step(
    `Take the last change to ${frame!.file} back if it is recent, or ship the fix.`,
    failingRoutes.length > 0 ? `Watch the error rate of ${failingRoutes[0]!.route} afterwards.` : null,
  );
  return out.finish({
    verdict: "cause_found",
    category: "code_error",
    file: frame!.file,
    line: frame!.line,
    fix: read
      ? `Handle the case in which ${read.expression ? quoted(read.expression) : "the value"} is ${read.kind} before ${
        quoted(`.${read.property}`)
      } is read, at ${place}.`
      : adviceFor(shape!.message, place),
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};

/** Errors that the service logs without a stack. */
export const errorWithoutStack: Conclusion = (signals, situation) => {
  const { shape, logs, errors, failingRoutes } = signals;
  const error = errorText(shape!.message);
  const out = writer(signals, situation)
    .cause(
      `The service fails requests with ${quoted(error)}, without a stack trace${where(errors)}.`,
      logs!.id,
      signals.instances?.id,
    )
    .errorRate()
    .claim(
      `It was logged ${counted(shape!.count, "time")}, ${percent(shape!.share_percent)} of the entries read.`,
      logs!.id,
    )
    .routes().instances(errors, "error_percent")
    .step(...oneOfSeveral(errors));
  if (failingRoutes.length > 1) {
    out.cause(
      `${counted(failingRoutes.length, "route")} ${
        failingRoutes.length === 1 ? "is" : "are"
      } affected, so it is what they share.`,
    );
  }
  return out.finish({
    verdict: "cause_found",
    category: "errors_without_stack",
    fix: adviceFor(shape!.message, "the place that logs it"),
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};

/** Errors of which the metrics tell where, and nothing tells why. */
export const errorsUnexplained: Conclusion = (signals, situation) => {
  const { errors, failingRoutes, logs } = signals;
  const out = writer(signals, situation).cause("Requests fail, and nothing that could be read says why.").errorRate();
  if (logs !== undefined) {
    out.claim(`The log holds ${counted(logs.result.count, "error entry", "error entries")}.`, logs.id);
  }
  if (errors.rows.length > 0) out.cause(`They fail${where(errors)}.`);
  return out.routes().instances(errors, "error_percent").step(
    ...oneOfSeveral(errors),
    "Read the service's own log on the machine that runs it.",
  ).finish({
    verdict: "not_enough_evidence",
    category: "errors_unexplained",
    fix: "Find the reason first: make the service log the error that it answers.",
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};

/** Memory that runs out. */
export const memory: Conclusion = (signals, situation) => {
  const { memory: trouble, instances, shape, logs, errors } = signals;
  const row = trouble.rows[0]!;
  const usual = row.before.memory_mb ?? null;
  const grown = usual !== null && row.memory_mb !== null && row.memory_mb > usual * 1.2
    ? `, where ${megabytes(usual)} were usual`
    : "";
  const held = row.memory_mb ?? row.peak.memory_mb?.value ?? 0;
  const out = writer(signals, situation)
    .cause(`Memory runs out${where(trouble)}: ${nameOf(row)} holds ${megabytes(held)}${grown}.`, instances!.id);
  if (shape !== undefined && isAboutMemory(shape.message)) {
    out.cause(`Requests fail with ${quoted(errorText(shape.message))}.`, logs!.id);
  }
  const { recent, active } = errorState(signals);
  if (recent || active) out.errorRate().routes().instances(errors, "error_percent");
  const since = row.peak.memory_mb?.since;
  if (since !== undefined) out.claim(`${nameOf(row)} has been above its limit since ${clock(since)}.`, instances!.id);
  const place = shape !== undefined && isAboutMemory(shape.message) ? signals.frame : undefined;
  return out.instances(trouble, "memory_mb").step(
    `Restart ${listed(inOrder(trouble.rows.map(nameOf)))} one after the other to get time.`,
    "Take a heap snapshot of the next one before it is full.",
  ).finish({
    verdict: "cause_found",
    category: "memory",
    file: place?.file ?? null,
    line: place?.line ?? null,
    fix: "Find what holds the memory (a cache or a list without a limit is the usual reason) and bound it.",
    instances: trouble.rows.map(nameOf),
    routes: recent || active ? signals.failingRoutes.map((r) => r.route) : [],
  });
};

/** Instances that are computing all the time. */
export const cpu: Conclusion = (signals, situation) => {
  const { cpu: trouble, latency, instances, objectives, slowRoutes } = signals;
  const row = trouble.rows[0]!;
  const used = row.cpu_cores ?? row.peak.cpu_cores?.value ?? 0;
  const out = writer(signals, situation).cause(
    `The processor is the limit${where(trouble)}: ${nameOf(row)} uses ${cores(used)}.`,
    instances!.id,
  );
  if (latency.rows.length > 0) {
    const slow = latency.rows[0]!;
    const value = slow.latency_p95_ms ?? slow.peak.latency_p95_ms?.value ?? 0;
    out.cause(`Requests wait for it: the 95th percentile on ${nameOf(slow)} is ${milliseconds(value)}.`, instances!.id);
  }
  trafficNote(out, signals);
  return out.instances(trouble, "cpu_cores").instances(latency, "latency_p95_ms").step(
    ...oneOfSeveral(trouble),
    "Take a CPU profile of one of them to see which code it is.",
    "Scale up meanwhile: more instances share the work.",
  ).finish({
    verdict: "cause_found",
    category: "cpu",
    fix: `Find the computation that keeps a whole core busy (limit: ${
      cores(objectives.cpu_cores)
    }) and make it cheaper or move it off the request's path.`,
    instances: trouble.rows.map(nameOf),
    routes: slowRoutes.map((r) => r.route),
  });
};

/** Requests that wait for something that is neither errors, processor nor traffic. */
export const latency: Conclusion = (signals, situation) => {
  const { latency: trouble, instances, routes, slowRoutes } = signals;
  const all = routes?.result.routes.filter((r) => (r.requests_per_second ?? 0) > 0) ?? [];
  const few = slowRoutes.length > 0 && slowRoutes.length < all.length;
  const row = trouble.rows[0];
  const out = writer(signals, situation);
  if (row !== undefined) {
    const value = row.latency_p95_ms ?? row.peak.latency_p95_ms?.value ?? 0;
    const usual = row.before.latency_p95_ms ?? null;
    out.cause(
      `Requests are slow${where(trouble)}: the 95th percentile on ${nameOf(row)} is ${milliseconds(value)}${
        usual === null || usual > value / 1.5 ? "" : `, where ${milliseconds(usual)} were usual`
      }.`,
      instances!.id,
    );
    if (row.cpu_cores !== null) {
      out.cause(`It waits rather than computes: ${nameOf(row)} uses ${cores(row.cpu_cores)}.`, instances!.id);
    }
  }
  if (slowRoutes.length > 0) {
    const slow = slowRoutes[0]!;
    const value = slow.latency_p95_ms ?? slow.peak.latency_p95_ms?.value ?? 0;
    out.cause(
      few
        ? `Only ${listed(slowRoutes.slice(0, 4).map((r) => r.route))} ${
          slowRoutes.length === 1 ? "is" : "are"
        } slow: the 95th percentile of ${slow.route} is ${milliseconds(value)}.`
        : `Every route is slow, so it is what they share: the 95th percentile of ${slow.route} is ${
          milliseconds(value)
        }.`,
      routes!.id,
    );
  }
  trafficNote(out, signals);
  return out.instances(trouble, "latency_p95_ms").step(
    ...oneOfSeveral(trouble),
    few
      ? `Trace one slow request to ${slowRoutes[0]!.route}.`
      : "Look at what all routes share: the store, the disk, another service.",
  ).finish({
    verdict: "cause_found",
    category: "latency",
    fix: few
      ? `Find what ${slowRoutes[0]!.route} waits for, and bound that wait with a time limit.`
      : "Find what requests wait for (store, disk, another service), and bound that wait with a time limit.",
    instances: trouble.rows.map(nameOf),
    routes: few ? slowRoutes.map((r) => r.route) : [],
  });
};

/** Instances that die or are down. */
export const crash: Conclusion = (signals, situation) => {
  const { crashed, changes, deaths, instances, shape, logs } = signals;
  const out = writer(signals, situation);
  for (const entry of crashed.slice(0, 3)) {
    const own = deaths.filter((event) => event.service === entry.name || entry.name === `:${event.port}`);
    const last = own.at(-1);
    if (last !== undefined) {
      out.cause(`${entry.name} died: ${quoted(last.text)} at ${clock(last.at)}.`, changes!.id);
      if (own.length > 1) {
        out.claim(`${entry.name} died ${counted(own.length, "time")} in the time looked at.`, changes!.id);
      }
    } else if (entry.down) out.cause(`${entry.name} does not answer Prometheus.`);
    else {out.cause(
        `${entry.name} was started anew ${counted(entry.deaths, "time")} within ${instances!.result.minutes} minutes.`,
        instances!.id,
      );}
  }
  const killed = deaths.some((event) => /status 137\b/.test(event.text));
  if (killed) out.cause("Status 137 is a kill: by the system when memory ran out, or by hand.");
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().instances(signals.errors, "error_percent");
  const row = instances?.result.instances.find((r) => crashed.some((entry) => entry.name === nameOf(r)));
  if (row?.started_at) out.claim(`${nameOf(row)} has run since ${clock(row.started_at)}.`, instances!.id);
  const told = shape !== undefined && logs !== undefined;
  if (told && signals.frame) {
    out.claim(
      `Before it, ${quoted(errorText(shape.message))} was logged at ${signals.frame.file}:${signals.frame.line}.`,
      logs.id,
    );
  }
  const names = crashed.map((entry) => entry.name);
  return out.step(
    `Read the last lines that ${names[0]} wrote before it ended (its own log).`,
    killed ? "Ask the system's log whether its memory killer ended it." : null,
    "See what the last request before each end was.",
  ).finish({
    verdict: "cause_found",
    category: "crash",
    fix: `Find what ends ${
      listed(names.slice(0, 3))
    }: its own log or the system's has the last words; meanwhile let the other instances take the load.`,
    instances: names,
  });
};

/** More requests than the service can take. */
export const surge: Conclusion = (signals, situation) => {
  const { rate, latency: slow, errors, cpu: busy } = signals;
  const out = writer(signals, situation);
  trafficNote(out, signals, true);
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().instances(errors, "error_percent");
  if (slow.rows.length > 0) {
    const row = slow.rows[0]!;
    const value = row.latency_p95_ms ?? row.peak.latency_p95_ms?.value ?? 0;
    out.cause(
      `The instances cannot keep up: the 95th percentile on ${nameOf(row)} is ${milliseconds(value)}.`,
      signals.instances!.id,
    );
  }
  out.instances(busy, "cpu_cores").instances(slow, "latency_p95_ms");
  return out.step("Scale up.", "See who sends the requests (the balancer's log), and limit them if nobody should.")
    .finish({
      verdict: "cause_found",
      category: "traffic_surge",
      fix: `Add instances until the load per instance is what it was, or limit the sender; ${
        rate!.result.before.requests_per_second === null
          ? "the usual load is not known"
          : `usual are ${perSecond(rate!.result.before.requests_per_second)}`
      }.`,
      instances: [...new Set([...slow.rows, ...busy.rows])].map(nameOf),
    });
};

/** Requests that stopped coming. */
export const drop: Conclusion = (signals, situation) => {
  const out = writer(signals, situation);
  trafficNote(out, signals, true);
  healthy(out, signals);
  const aboutTraffic = situation.alerts.some((alert) =>
    /traffic|no.?requests|requests?.?(rate.?)?(low|drop|absent|missing)/i.test(alert.labels.alertname ?? "")
  );
  return out.step("Look before the service: the balancer, the network, the callers.").finish({
    verdict: aboutTraffic ? "cause_found" : "no_fault_found",
    category: "traffic_drop",
    fix: "Nothing in this service is to be mended; find out why fewer requests reach it.",
  });
};

/** Nothing is wrong now; a trouble that was may be over. */
export const noFault: Conclusion = (signals, situation) => {
  const { rate, traffic, logs } = signals;
  const out = writer(signals, situation);
  const above = rate?.result.above_objective;
  const rose = traffic !== null && traffic >= 2;
  if (above && above.until !== null) {
    out.cause(
      `The errors are over: they were above ${percent(above.objective_percent)} of the requests from ${
        clock(above.since)
      } until ${clock(above.until)}, ${percent(above.peak_percent)} at the most.`,
      rate!.id,
    );
  } else out.cause("Nothing that was measured is outside its limits now.");
  healthy(out, signals);
  if (logs !== undefined) {
    out.claim(`The log holds ${counted(logs.result.count, "error entry", "error entries")}.`, logs.id);
  }
  if (rose) trafficNote(out, signals, true);
  return out.step("If it comes back, look at what happened at that minute (deployments, restarts, other services).")
    .finish({
      verdict: "no_fault_found",
      category: rose ? "traffic_surge" : above ? "over" : "none",
      fix: "Nothing is to be mended now; if the alert fires often like this, lengthen its `for`.",
    });
};

/** Too little could be read to say anything. */
export const notEnough: Conclusion = (signals, situation) => {
  const alert = situation.alerts[0];
  const out = writer(signals, situation).cause("What could be read is too little to name a cause.");
  const { error_percent: now, note } = signals.rate?.result ?? { error_percent: null, note: null };
  if (now !== null) out.errorRate();
  else if (note) out.cause(`Of the error rate: ${quoted(note, 300)}.`, signals.rate!.id);
  if (signals.logs !== undefined) {
    out.claim(`The log holds ${counted(signals.logs.result.count, "error entry", "error entries")}.`, signals.logs.id);
  }
  return out.step(
    "Bring back what could not be reached; the alert is investigated anew when it fires again.",
    alert?.generator_url ? "Open the alert's own graph in Prometheus." : null,
    "Ask the instances themselves: GET /healthz and GET /metrics of each.",
  ).finish({
    verdict: "not_enough_evidence",
    category: "unknown",
    fix: "Restore the sources that are missing, then look again.",
  });
};

/** Whether an error message tells of memory. */
export function isAboutMemory(message: string): boolean {
  return /out of memory|allocation failed|\bheap\b|ENOMEM|cannot allocate|OutOfMemory|MemoryError/i.test(message);
}

/** `TypeError: …` of a message that begins with who failed and doing what. */
function errorText(message: string): string {
  const match = /(?:^|\s)((?:[A-Z]\w*(?:Error|Exception)|panic|Error|FATAL)\b.*)$/.exec(message);
  return match?.[1] ?? message;
}

/** The requests that the explaining log entries name, else the routes that fail. */
function routesOf({ shape, failingRoutes }: Signals): string[] {
  const named = Object.entries(shape?.words ?? {}).map(([word]) => word).filter((word) => /^[A-Z]+ \//.test(word));
  return named.length > 0 ? named.slice(0, 3) : failingRoutes.slice(0, 3).map((row) => row.route);
}

function oneOfSeveral(trouble: Signals["errors"]): string[] {
  const { rows, of } = trouble;
  if (rows.length === 0 || rows.length >= of.length) return [];
  return [
    `Take ${listed(inOrder(rows.map(nameOf)))} out of service: the other instances are healthy and take its load.`,
  ];
}

function trafficNote(out: DraftWriter, { rate, traffic }: Signals, always = false): void {
  if (rate === undefined || traffic === null) return;
  const { requests_per_second: now, before } = rate.result;
  if (!always && traffic > 0.5 && traffic < 2) return;
  const verb = traffic > 1 ? "rose" : "fell";
  out.cause(`Traffic ${verb} from ${perSecond(before.requests_per_second!)} to ${perSecond(now!)}.`, rate.id);
}

function healthy(out: DraftWriter, { rate, instances }: Signals): void {
  const now = rate?.result.error_percent;
  if (now !== null && now !== undefined) out.cause(`${percent(now)} of all requests fail now.`, rate!.id);
  const p95 = (instances?.result.instances ?? []).map((row) => row.latency_p95_ms).filter((x) => x !== null);
  if (p95.length > 0) {
    out.claim(
      `The 95th percentile of the latency is at most ${milliseconds(Math.max(...p95))} on each instance.`,
      instances!.id,
    );
  }
}
