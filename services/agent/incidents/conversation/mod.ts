/** The state of the conversations with operators, for the rooms that talk to them. */
export { type Doing, intentSchema } from "./intent.ts";
export {
  type Conversation,
  incidentOfMessage,
  type Pending,
  readConversation,
  readPending,
  saveConversation,
  saveMessageOf,
  savePending,
} from "./store.ts";
export type { Hear, Heard } from "./heard.ts";
