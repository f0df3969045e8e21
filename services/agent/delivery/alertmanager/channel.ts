import { answer, askedBy, noteResult } from "../answer.ts";
import type { Channel, Effects, SendResult } from "../channel.ts";
import { type EntryOf, type IncidentView, storedKind } from "../../incidents/mod.ts";
import { refused } from "../refusal.ts";
import { messageTag } from "../tag.ts";
import { clock, cutAtSentence } from "../words/text.ts";
import type { AlertmanagerClient, Silence } from "./client.ts";
import { incidentMatchers, matchersText } from "./matchers.ts";
import { spanText } from "../../../lib/timespan/mod.ts";

/** Silences in Alertmanager: `silence` (payload `ms`) on an incident's alerts, and `unsilence` for those we made. */
export function alertmanagerChannel(client: AlertmanagerClient, now: () => Date): Channel {
  return {
    name: "alertmanager",
    news: false,
    readBy: "systems",
    takes: ["silence", "unsilence"],
    settleMs: 500,
    render(row, view) {
      if (view === undefined) return undefined;
      return row.kind === "silence" ? `silence ${view.code} for ${spanText(row.payload.ms)}` : `unsilence ${view.code}`;
    },
    async send({ row, view }) {
      if (row.kind === "silence") return await silence(row, view);
      if (row.kind === "unsilence") return await unsilence(row, view);
      return { outcome: "permanent", reason: `Alertmanager does not ${storedKind(row)}` };
    },
    async find({ row, view }) {
      if (row.kind !== "silence") return { found: "none" };
      const listed = await client.silences();
      if (!listed.ok) return { found: "unknown", reason: listed.reason };
      const tag = messageTag(row, view);
      const made = listed.value.find((known) => known.comment.includes(tag));
      return made === undefined
        ? { found: "none" }
        : { found: "all", receipt: { silence_id: made.id }, effects: madeEffects({ row, view }, made.id, made) };
    },
  };

  async function silence(row: EntryOf<"silence">, view: IncidentView | undefined): Promise<SendResult> {
    const matchers = view === undefined ? [] : incidentMatchers(view);
    if (view === undefined || matchers.length === 0) {
      const reason = "the incident has no alert whose labels could be silenced";
      return { outcome: "declined", reason, effects: (tx) => answer(tx, row, `Nothing was silenced: ${reason}.`) };
    }
    const starts = now();
    const wanted = {
      matchers,
      startsAt: starts.toISOString(),
      endsAt: new Date(starts.getTime() + row.payload.ms).toISOString(),
      createdBy: askedBy(row),
      comment: `Incident ${view.code}, silenced by ${askedBy(row)} (${messageTag(row, view)}, ${marker(view.id)})`,
    };
    const made = await client.silence(wanted);
    if (!made.ok) return refused(made, row, "Silencing");
    const replaced = await endEarlier(view.id, made.value.silenceID);
    const effects = madeEffects({ row, view }, made.value.silenceID, { ...wanted, replaced });
    return { outcome: "sent", receipt: { silence_id: made.value.silenceID }, effects };
  }

  /** Ends our earlier silences on an incident once a new one stands; what came of that, in a sentence. */
  async function endEarlier(incidentId: string, newId: string): Promise<string> {
    const listed = await client.silences();
    // Without a list the new silence holds all the same.
    if (!listed.ok) return "";
    const earlier = listed.value.filter((known) =>
      known.id !== newId && known.status.state !== "expired" && known.comment.includes(marker(incidentId))
    );
    const kept: Silence[] = [];
    for (const known of earlier) {
      if (!(await client.expire(known.id)).ok) kept.push(known);
    }
    const last = kept.map(({ endsAt }) => endsAt).toSorted().at(-1);
    if (last !== undefined) return ` An earlier silence could not be ended and holds until ${clock(last)}.`;
    const until = earlier.map(({ endsAt }) => endsAt).toSorted().at(-1);
    return until === undefined ? "" : ` It replaces the earlier silence, which was to last until ${clock(until)}.`;
  }

  async function unsilence(row: EntryOf<"unsilence">, view: IncidentView | undefined): Promise<SendResult> {
    const listed = await client.silences();
    if (!listed.ok) return refused(listed, row, "Ending the silence");
    const code = view?.code ?? "";
    const ours = listed.value.filter((known) =>
      known.status.state !== "expired" && view !== undefined && known.comment.includes(marker(view.id))
    );
    for (const known of ours) {
      const ended = await client.expire(known.id);
      if (!ended.ok) return refused(ended, row, "Ending the silence");
    }
    if (ours.length === 0) {
      const reason = `${code} has no silence from this agent`;
      return { outcome: "declined", reason, effects: (tx) => answer(tx, row, `${reason}; nothing was done.`) };
    }
    const several = ours.length === 1 ? "" : `: ${ours.length} silences ended`;
    const text = `${code} is no longer silenced${several}.`;
    const effects: Effects = async (tx) => {
      await noteResult(tx, row, { at: now().toISOString(), kind: "unsilenced", text });
      await answer(tx, row, text);
    };
    return { outcome: "sent", receipt: { ended: ours.map((known) => known.id) }, effects };
  }

  function madeEffects({ row, view }: Silencing, id: string, made: Made): Effects {
    return async (tx) => {
      const until = `until ${clock(made.endsAt)}`;
      const labels = cutAtSentence(matchersText(made.matchers), 400);
      const text = `Silenced for ${spanText(row.payload.ms)}, ${until} (silence ${id}): ${labels}`;
      await noteResult(tx, row, { at: now().toISOString(), kind: "silenced", text });
      const words = `${view?.code} is silenced for ${spanText(row.payload.ms)}, ${until}, on ${labels}.`;
      await answer(tx, row, `${words}${made.replaced ?? ""} Reply "unsilence" to end it.`);
    };
  }
}

interface Silencing {
  readonly row: EntryOf<"silence">;
  readonly view: IncidentView | undefined;
}

interface Made extends Pick<Silence, "matchers" | "endsAt"> {
  /** What became of an earlier silence, in a sentence. */
  readonly replaced?: string;
}

/** What our silences on an incident's alerts carry in their comment. */
function marker(incidentId: string): string {
  return `oncall:${incidentId}`;
}
