/** What somebody said on a channel. */
export interface Heard {
  /** The channel, and the provider's id of it: the same id is the same message. */
  readonly id: string;
  /** Where answers go. */
  readonly channel: string;
  readonly to?: string;
  /** As the provider calls the writer. */
  readonly from: string;
  /** Which of our people that is; undefined: none of them. */
  readonly person: string | undefined;
  readonly text: string;
  /** The incident that it was said to (id or code), where the way it came says so. */
  readonly incident?: string;
  /** The message of ours that it answers. */
  readonly repliedTo?: string;
  /** Not meant for us unless `repliedTo` is a message of ours: people talk there to each other, too. */
  readonly onlyIfOurs?: boolean;
}

/**
 * Takes in what was heard, once. `stranger`: nobody who may give orders. Rejects with StoreUnavailable when nothing was
 * taken in.
 */
export type Hear = (heard: Heard) => Promise<"handled" | "repeated" | "unheard" | "stranger">;
