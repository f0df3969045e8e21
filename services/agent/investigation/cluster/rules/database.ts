import type { Ref, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { around } from "./log_lines.ts";

/** What databases of the usual kinds answer, by what is wrong. */
export const DATABASE = {
  credentials:
    /access denied for user|password authentication failed|authentication failed|WRONGPASS|NOAUTH|SCRAM authentication|Login failed for user|SASL authentication|invalid password/i,
  connections:
    /too many connections|remaining connection slots are reserved|sorry, too many clients|max number of clients reached|ER_CON_COUNT|too many open connections|maximum number of processes/i,
  readOnly:
    /--(super-)?read-only|read.only transaction|READONLY You can't write|database is in read-only|SQL Error: (1290|1836)|not ?(the )?(primary|master)\b.*write|cannot execute \w+ in a read-only/i,
  unreachable:
    /communications link failure|connection refused|ECONNREFUSED|could not connect to server|connect timed out|no route to host/i,
  client:
    /jdbc|hikari|mysql|mariadb|postgres|psycopg|pg_|redis|mongo|sqlalchemy|hibernate|sequelize|database|datasource|\bsql\b|oracle|clickhouse|cassandra/i,
} as const;

/** Images by the name of their engine, and ports, that say that a workload is a database. */
const ENGINES =
  /^(mysql|mariadb|postgres|postgresql|pgbouncer|redis|valkey|mongo|mongodb|percona|clickhouse|cassandra|mssql|oracle)([-_.]|$)/i;
const PORTS = new Set([3306, 5432, 6379, 27017, 1433, 1521, 9042]);

export function isDatabase(workload: Workload): boolean {
  return workload.template.containers.some((one) =>
    !one.init && (ENGINES.test(engineOf(one.image)) || one.ports.some((port) => PORTS.has(port.port)))
  );
}

/** The last part of an image's name, without its tag: `registry/team/mysql:8` is `mysql`. */
function engineOf(image: string): string {
  return (image.split("/").pop() ?? "").split(/[:@]/)[0] ?? "";
}

/** The first line of a workload that says it, cut around the words. */
export function saysOf(view: View, workload: { namespace: string; name: string }, what: RegExp): string | undefined {
  const line = view.linesOf(workload).find((text) => what.test(text));
  return line && around(line, what);
}

/**
 * Which database the workloads that complain use. One that says the same itself, in its events or in its log, is it; else
 * one that a complaining workload names in its environment or calls; else the only one that no workload in good health
 * names as its own.
 */
export function databaseOf(view: View, clients: Workload[], what: RegExp): Ref | undefined {
  const all = view.cluster.workloads.filter(isDatabase).filter((one) =>
    clients.some((client) => client.namespace === one.namespace)
  );
  const says = all.filter((one) => saysItself(view, one, what));
  if (says.length === 1 && says[0]) return refOf(says[0]);
  const named = all.filter((one) => clients.some((client) => names(view, client, one)));
  if (named.length === 1 && named[0]) return refOf(named[0]);
  const others = view.cluster.workloads.filter((one) => !clients.includes(one) && !all.includes(one));
  const free = all.filter((one) => !others.some((other) => names(view, other, one)));
  if (free.length === 1 && free[0]) return refOf(free[0]);
  const pool = free.length > 0 ? free : all;
  const newest = pool.toSorted((one, other) => (one.ageSeconds ?? Infinity) - (other.ageSeconds ?? Infinity))[0];
  return newest && refOf(newest);
}

function saysItself(view: View, database: Workload, what: RegExp): boolean {
  return saysOf(view, database, what) !== undefined ||
    view.podsOf(database).some((pod) => view.eventsOf(pod).some((event) => what.test(event.message.slice(0, 2_000))));
}

function names(view: View, client: Workload, database: Workload): boolean {
  const hosts = [database.name, ...view.servicesOf(database).map((one) => one.name)];
  const values = client.template.containers.flatMap((one) => one.env.map((each) => each.value ?? ""));
  const words = new Set(values.flatMap((value) => value.slice(0, 500).split(/[^A-Za-z0-9-]+/)));
  return hosts.some((host) =>
    words.has(host) || view.callsFrom(client.namespace, client.name).some((call) => call.to === host)
  );
}
