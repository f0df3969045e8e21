/** What an alert is about, by its labels and annotations: its name, its object, its service, what it says. */
export { type AlertWords, leadAlert, nameOf, severityOf, summaryOf } from "./alert.ts";
export { isMeasurer, objectOf, serviceOfLabels } from "./object.ts";
export { alertsOfEpisode, sharedLabels } from "./shared.ts";
