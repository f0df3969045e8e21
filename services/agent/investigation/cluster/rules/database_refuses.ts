import type { Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { DATABASE, databaseOf, isDatabase, saysOf } from "./database.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

const SHARED = [
  {
    cause: "database_connections",
    what: DATABASE.connections,
    says: "has no connection left",
    fix: "# raise its limit of connections, or the clients' pools smaller",
  },
  {
    cause: "database_read_only",
    what: DATABASE.readOnly,
    says: "takes no writes",
    fix: "# find out why it is read-only: a failover, a full disk, a setting",
  },
];

/** A database has no connections left or rejects writes: its clients fail together, and the database is the cause. */
export const databaseRefuses: Rule = {
  name: "database_refuses",
  group: "runtime",
  causes: SHARED.map((one) => one.cause),
  looksAt: ["last log lines of clients", "databases' own events and logs", "environment", "calls"],
  find(view) {
    return SHARED.flatMap((kind): Finding[] => {
      const saying = clientsThatSay(view, kind.what);
      const own = view.cluster.workloads.filter(isDatabase).filter((one) =>
        view.podsOf(one).some((pod) =>
          view.eventsOf(pod).some((event) => event.lastSeconds < 600 && kind.what.test(event.message.slice(0, 2_000)))
        )
      );
      const clients = saying.map((one) => one.workload);
      const database = own.length === 1 && own[0] ? refOf(own[0]) : databaseOf(view, clients, kind.what);
      if ((clients.length === 0 && own.length === 0) || !database) return [];
      return [{
        group: "runtime",
        cause: kind.cause,
        object: database,
        says: `Database ${database.name} ${kind.says}; ${clients.length} workloads say so.`,
        for: saying.slice(0, 5).map((one) => quote(refOf(one.workload), "logs", one.line)),
        against: [],
        certainty: 0.92,
        explains: clients.map(refOf),
        fix: [kubectl("describe", database), kubectl("logs", database), kind.fix],
      }];
    });
  },
};

function clientsThatSay(view: View, what: RegExp): { workload: Workload; line: string }[] {
  return view.cluster.workloads.filter((one) => !isDatabase(one)).flatMap((workload) => {
    const line = saysOf(view, workload, what);
    return line ? [{ workload, line }] : [];
  });
}
