/** Abbreviations that mean one offset wherever they are used, in minutes. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  MEZ: 60,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  EST: -300,
  EDT: -240,
  CDT: -300,
  CST: -360,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
  BRT: -180,
  ART: -180,
  JST: 540,
  KST: 540,
  HKT: 480,
  SGT: 480,
  IST: 330,
  AEST: 600,
  AEDT: 660,
  ACST: 570,
  ACDT: 630,
  AWST: 480,
  NZST: 720,
  NZDT: 780,
  BST: 60,
  SAST: 120,
};

/** The abbreviations as part of a pattern, longest first. */
export const ABBREVIATED = Object.keys(ABBREVIATIONS).sort((a, b) => b.length - a.length).join("|");

/** Offset from UTC in milliseconds that a zone has at a moment of its own clock. */
export type Zone = (localMs: number) => number;

/** A zone from `+02:00`, `UTC+2`, `CET` or `Europe/Berlin`; null when there is no such zone. */
export function zoneOf(text: string): Zone | null {
  const known = zones.get(text);
  if (known !== undefined) return known;
  const zone = read(text);
  if (zones.size < 200) zones.set(text, zone);
  return zone;
}

const zones = new Map<string, Zone | null>();

function read(text: string): Zone | null {
  const offset = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(text);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return minutes > 18 * 60 ? null : fixed(offset[1] === "-" ? -minutes : minutes);
  }
  const minutes = ABBREVIATIONS[text.toUpperCase()];
  if (minutes !== undefined) return fixed(minutes);
  return named(text);
}

function fixed(minutes: number): Zone {
  return () => minutes * 60_000;
}

function named(name: string): Zone | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return null;
  }
  const at = (utcMs: number) => {
    const parts = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
    return local - Math.floor(utcMs / 1000) * 1000;
  };
  // Offsets change on quarters of an hour at the earliest.
  const quarters = new Map<number, number>();
  return (localMs) => {
    const quarter = Math.floor(localMs / 900_000);
    let offset = quarters.get(quarter);
    if (offset === undefined) {
      offset = at(localMs - at(localMs));
      if (quarters.size > 5000) quarters.clear();
      quarters.set(quarter, offset);
    }
    return offset;
  };
}
