import { spanText } from "../../lib/timespan/mod.ts";

/** `12.3`, `0.25`, `140`: as many digits as a person reads at once. */
export function figure(value: number): string {
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? value.toFixed(0) : size >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** A share in percent, `33 %`; `<1 %` is not `0 %`. */
export function percent(value: number): string {
  return value > 0 && value < 1 ? "<1 %" : `${value >= 10 ? value.toFixed(0) : figure(value)} %`;
}

/** Requests per second, or that they were not measured. */
export function perSecond(value: number | null): string {
  return value === null ? "not measured" : `${figure(value)} req/s`;
}

/** A time of the day to the second, `16:26:35`. */
export function clock(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : date.toISOString().slice(11, 19);
}

/** A day and a time, `2026-11-22 16:26:35`. */
export function moment(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : date.toISOString().slice(0, 19).replace("T", " ");
}

/** How long ago, in the two largest units. */
export function age(at: string, now: Date): string {
  return spanText(now.getTime() - Date.parse(at));
}

/** `alert_firing` as `alert firing`. */
export function plain(word: string): string {
  return word.replaceAll("_", " ");
}

/** Who did something: `operator:Ravi` as `Ravi`. */
export function person(by: string): string {
  return by.replace(/^operator:/, "");
}

/** How sure a diagnosis is, `83 % sure`; empty where it names no cause. */
export function howSure({ verdict, confidence }: { verdict: string; confidence: number }): string {
  return verdict === "cause_found" ? `${Math.round(confidence * 100)} % sure` : "";
}
