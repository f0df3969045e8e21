/** What the agent remembers of its talk with operators, for whoever talks to them. */
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
