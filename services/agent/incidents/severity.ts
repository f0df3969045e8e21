const RANKS: Readonly<Record<string, number>> = { critical: 0, page: 0, high: 0, warning: 1, medium: 1 };

/** 0 for `critical`, `page` and `high`, 1 for `warning` and `medium`, 2 for anything else. */
export function severityRank(severity: string): number {
  return RANKS[severity.toLowerCase()] ?? 2;
}

/** The most severe of `severities`, the first among equals; empty when there are none. */
export function mostSevere(severities: readonly string[]): string {
  return severities.filter((severity) => severity !== "")
    .reduce((best, next) => best === "" || severityRank(next) < severityRank(best) ? next : best, "");
}
