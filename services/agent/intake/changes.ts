import { Hono } from "hono";
import * as v from "valibot";
import { Access, callOf } from "../../lib/access/mod.ts";
import { ApiError, parseInput, readBounded } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { addChanges, changeSchema } from "../connections/mod.ts";
import { redact } from "../incidents/mod.ts";
import { SenderCheck } from "./sender_check.ts";

/** What `POST /changes` needs. */
export interface ChangesDeps {
  readonly log: Logger;
  readonly access: Access;
  readonly alertToken: string | undefined;
  /** Tokens of the connections of kind webhook. */
  readonly tokens: readonly string[];
  /** Names of the services whose changes may be told of. */
  readonly services: readonly string[];
  /** Where changes are kept. */
  readonly file: string;
  readonly now?: () => Date;
}

/** One change, or a list of them. */
export const changesSchema = v.pipe(
  v.union(
    [v.pipe(v.array(changeSchema), v.minLength(1, "expected at least one change"), v.maxLength(100)), changeSchema],
    "expected { service, text }, or a list of them",
  ),
  v.transform((given) => [given].flat()),
);

const MOST_BYTES = 256 * 1024;

/** `POST /changes`: a deployment, a migration, a flag, told by whatever makes it. */
export function changesRoutes(deps: ChangesDeps): Hono {
  const { log, services, file, now = () => new Date() } = deps;
  const sender = new SenderCheck(deps.access, deps.alertToken);
  const holders = new Access({ hostname: "", tokens: deps.tokens });
  return new Hono().post("/changes", async (c) => {
    const call = callOf(c);
    if (deps.tokens.length === 0) sender.check(call);
    else if (!holders.holdsToken(call)) {
      throw new ApiError(401, "unauthorized", "Send the token of the connection of kind webhook as a bearer token.");
    }
    const { text, cut } = await readBounded(c.req.raw.body, MOST_BYTES);
    if (cut) throw new ApiError(413, "too_large", `Send at most ${MOST_BYTES / 1024} KB.`);
    const changes = parseInput(changesSchema, parsed(text));
    const unknown = changes.find(({ service }) => service !== "*" && !services.includes(service));
    if (unknown !== undefined) {
      throw new ApiError(
        422,
        "unknown_service",
        `config/oncall.yaml has no service ${JSON.stringify(unknown.service.slice(0, 100))}; it has ${
          services.join(", ")
        }, and * is all of them.`,
      );
    }
    addChanges(
      file,
      changes.map((one) => ({
        service: one.service,
        at: new Date(one.at ?? now()).toISOString(),
        kind: one.kind,
        text: redact(
          [one.text, one.version && `version ${one.version}`, one.author && `by ${one.author}`, one.url].filter(Boolean)
            .join(", "),
        ),
      })),
    );
    log.info("changes noted", { count: changes.length, service: changes[0]!.service });
    return c.json({ ok: true, noted: changes.length });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(400, "invalid_json", "The body is not JSON.", {}, { cause });
  }
}
