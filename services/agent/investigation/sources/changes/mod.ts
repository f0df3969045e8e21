/** Where it is told what changed: deployments, syncs, and whatever is sent to `POST /changes`. */
export { changesOf } from "./of_service.ts";
