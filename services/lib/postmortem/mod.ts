/** An incident as a document for people, the same from the command line and from the console. */
export { postmortem, type PostmortemIncident } from "./postmortem.ts";
