import {
  type Access,
  type Connection,
  type Connections,
  familyOf,
  SecretMissing,
  type SecretReader,
  senderOf,
} from "../../connections/mod.ts";
import { ToolError } from "../tool_error.ts";

/** A connection of a family, with `fetch` as it wants to be asked. */
export type Opened<K extends Connection["kind"]> = {
  readonly name: string;
  readonly connection: OfKind<Connection, K>;
  readonly fetch: typeof fetch;
};

type OfKind<C, K> = C extends { readonly kind: infer Own } ? (Extract<Own, K> extends never ? never : C) : never;

/** The connections of the configuration, each opened once. */
export class Connected {
  readonly #connections: Connections;
  readonly #deps: { readonly fetch: typeof fetch; readonly secrets?: SecretReader };
  readonly #senders = new Map<string, typeof fetch>();

  constructor(connections: Connections, deps: { readonly fetch: typeof fetch; readonly secrets?: SecretReader }) {
    this.#connections = connections;
    this.#deps = deps;
  }

  /**
   * The connection with that name.
   *
   * @throws {ToolError} `not_configured` when there is none of that name, or it is of another kind.
   */
  open<K extends Connection["kind"]>(name: string, ...kinds: readonly K[]): Opened<K> {
    const connection = this.#connections[name];
    if (connection === undefined || !kinds.includes(connection.kind as K)) {
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml has no connection ${name} of kind ${kinds.join(" or ")}`,
      );
    }
    return { name, connection: connection as OfKind<Connection, K>, fetch: this.#fetchOf(name, connection) };
  }

  /** Names of the connections of a family, in the order of the file. */
  named(family: string): string[] {
    return Object.entries(this.#connections).filter(([, { kind }]) => familyOf(kind) === family).map(([name]) => name);
  }

  #fetchOf(name: string, connection: Connection): typeof fetch {
    let send = this.#senders.get(name);
    if (send === undefined) {
      const sender = senderOf(connection as Access, {
        ...this.#deps,
        tenantHeaders: (tenant) => tenantOf(connection, tenant),
      });
      send = async (input, init) => {
        try {
          return await sender.fetch(input, init);
        } catch (cause) {
          if (!(cause instanceof SecretMissing)) throw cause;
          throw new ToolError("not_configured", `connection ${name}: ${cause.message}`, { cause });
        }
      };
      this.#senders.set(name, send);
    }
    return send;
  }
}

/** What each kind calls a tenant. */
function tenantOf({ kind }: Connection, tenant: string): Record<string, string> {
  if (kind !== "victorialogs") return { "x-scope-orgid": tenant };
  const [account = "0", project = "0"] = tenant.split(":");
  return { AccountID: account, ProjectID: project };
}
