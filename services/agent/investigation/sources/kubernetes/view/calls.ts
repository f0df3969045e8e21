import type { Call, Cluster } from "../../../cluster/mod.ts";

const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?(?:[^\/@\s]{0,200}@)?([a-z0-9][a-z0-9-]{0,62})((?:\.[a-z0-9-]{1,62}){0,5})(?::\d{1,5})?(?:[\/?,].{0,500})?$/i;
/** Most workloads and variables that are looked at. */
const MOST_CALLS = 5_000;

/** Who calls whom as far as environments say: a variable that names a service of the same namespace. */
export function callsOf({ workloads, services }: Cluster): Call[] {
  const known = new Set(services.map((one) => `${one.namespace}/${one.name}`));
  const found = new Map<string, Call>();
  for (const { namespace, name, template } of workloads) {
    for (const { env, init } of template.containers) {
      if (init) continue;
      for (const { value } of env) {
        const parts = value === undefined || value.length > 800 ? null : ADDRESS.exec(value);
        const [, host = "", domain = ""] = parts ?? [];
        if (host === "" || !known.has(`${namespace}/${host}`) || host === name) continue;
        if (domain !== "" && !domain.startsWith(`.${namespace}`)) continue;
        if (found.size >= MOST_CALLS) return [...found.values()];
        found.set(`${namespace}/${name}/${host}`, { namespace, from: name, to: host });
      }
    }
  }
  return [...found.values()];
}
