/** A counter as the configuration names it. */
export interface Counted {
  readonly metric?: string;
  readonly selector?: string;
  readonly query?: string;
}
