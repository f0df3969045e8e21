import type { Incident } from "../types.ts";

type Episode = Pick<Incident, "id" | "episode">;

/** What a row is written for. */
export type Occasion =
  /** An episode has each piece of news once; `mark` tells several of one kind apart. */
  | { readonly of: "episode"; readonly incident: Episode; readonly mark?: string }
  /** An operator's message asks for something of an incident. */
  | { readonly of: "request"; readonly incident: Episode; readonly message_id: string; readonly what?: string }
  /** The `index`th thing said at once to an operator's message, from 0. */
  | { readonly of: "message"; readonly message_id: string; readonly index: number }
  /** Something comes of another row. */
  | { readonly of: "row"; readonly key: string; readonly as: "answer" | "failed" | "waiting" | "template" }
  /** Another row did not arrive. */
  | { readonly of: "failure"; readonly key: string }
  | { readonly of: "ticket"; readonly incident_id: string; readonly ticket: string }
  /** A storm's window, which starts at so many milliseconds since the epoch. */
  | { readonly of: "storm"; readonly startsAt: number; readonly part: "begins" | "digest" }
  /** The heartbeat counts as lost since then (RFC 3339). */
  | { readonly of: "heartbeat"; readonly lostAt: string }
  /** The store was opened then (RFC 3339) and was not as it had been left. */
  | { readonly of: "store"; readonly openedAt: string; readonly began: string }
  /** The store began empty; told once in its life. */
  | { readonly of: "empty_store" }
  /** A delivery of alerts was refused at a time (RFC 3339): once an hour for each reason. */
  | { readonly of: "refusal"; readonly code: string; readonly at: string };

/** The unique key of a row; stored rows have it, so these strings must not change. */
export function outboxKey(occasion: Occasion, { kind, channel }: { kind: string; channel: string }): string {
  switch (occasion.of) {
    case "episode": {
      const { incident, mark = "" } = occasion;
      return `${incident.id}/${incident.episode}/${kind}${mark}/${channel}`;
    }
    case "request": {
      const { incident, message_id, what = kind } = occasion;
      return `${incident.id}/${incident.episode}/${what}/${channel}/${message_id}`;
    }
    case "message":
      return `reply/${occasion.message_id}/${occasion.index}`;
    case "row":
      return `${occasion.key}/${occasion.as}`;
    case "failure":
      return `${occasion.key}/undelivered/${channel}`;
    case "ticket":
      return `${occasion.incident_id}/ticket/${occasion.ticket}/${channel}`;
    case "storm":
      return `storm/${channel}/${occasion.startsAt}/${occasion.part}`;
    case "heartbeat":
      return `heartbeat/${occasion.lostAt}/${kind}/${channel}`;
    case "store":
      return `store/${occasion.openedAt}/${occasion.began}/${channel}`;
    case "empty_store":
      return `store/empty/${channel}`;
    case "refusal":
      return `intake/${occasion.code}/${occasion.at.slice(0, 13)}/${channel}`;
  }
}
