import { type Connections, FAMILIES_OF, familyOf } from "../../connections/mod.ts";
import type { Catalogue, Service } from "./schema.ts";

/** Something that the file names and that is not there, by where it names it. */
export interface Dangling {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Part = keyof typeof FAMILIES_OF;

/** Connections and services that services name and that the file does not have, or that are of another kind. */
export function danglingOf({ connections, services }: Catalogue): Dangling[] {
  const names = new Set(services.map(({ name }) => name));
  return services.flatMap((service, index) => {
    const at = ["services", index];
    return [
      ...namedBy(service).flatMap(({ part, path, connection }) => {
        const message = problemOf(connection, { part, connections });
        return message === null ? [] : [{ path: [...at, ...path], message }];
      }),
      ...metricsProblem(service, { connections, at }),
      ...service.depends_on.flatMap(({ name, addresses }, place) =>
        names.has(name) || addresses.length > 0 ? [] : [{
          path: [...at, "depends_on", place],
          message: `${name} is no service of this file (${
            list([...names])
          }); for a peer from outside write host:port, or { name: ${name}, addresses: [host:port] }`,
        }]
      ),
    ];
  });
}

/** The connections that a service names, with the part that names each. */
export function namedBy(
  service: Service,
): { readonly part: Part; readonly path: readonly (string | number)[]; readonly connection: string }[] {
  const { metrics, logs, traces, code, changes } = service;
  const found: { part: Part; path: (string | number)[]; connection: string | undefined }[] = [
    { part: "metrics", path: ["metrics", "connection"], connection: metrics?.connection },
    { part: "logs", path: ["logs", "connection"], connection: "connection" in logs ? logs.connection : undefined },
    { part: "traces", path: ["traces", "connection"], connection: traces?.connection },
    { part: "code", path: ["code", "connection"], connection: code.connection },
    ...(changes.from ?? []).map(({ connection }, place) => ({
      part: "changes" as const,
      path: ["changes", "from", place, "connection"],
      connection,
    })),
  ];
  return found.flatMap(({ connection, ...rest }) => connection === undefined ? [] : [{ ...rest, connection }]);
}

/** What is wrong with naming that connection for that part; null when nothing is. */
export function problemOf(
  name: string,
  { part, connections }: { readonly part: Part; readonly connections: Connections },
): string | null {
  const connection = connections[name];
  const wanted = FAMILIES_OF[part];
  if (connection === undefined) {
    const fitting = Object.entries(connections).filter(([, { kind }]) => wanted.includes(familyOf(kind))).map(([one]) =>
      one
    );
    return `there is no connection ${name}; ${
      fitting.length > 0 ? `expected ${list(fitting)}` : `add one of kind ${list(wanted)} under connections`
    }`;
  }
  return wanted.includes(familyOf(connection.kind))
    ? null
    : `connection ${name} is of kind ${connection.kind}; for ${part} expected one of kind ${list(wanted)}`;
}

/** With several servers it must be said which one has a service's metrics. */
function metricsProblem(
  { metrics, name }: Service,
  { connections, at }: { readonly connections: Connections; readonly at: readonly (string | number)[] },
): Dangling[] {
  if (metrics === undefined || metrics.connection !== undefined) return [];
  const servers = Object.entries(connections).filter(([, { kind }]) => familyOf(kind) === "prometheus").map(([one]) =>
    one
  );
  if (servers.length < 2) return [];
  return [{
    path: [...at, "metrics"],
    message: `${name} names no connection, and there are several for metrics: expected connection: ${list(servers)}`,
  }];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
