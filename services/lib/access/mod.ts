/** Who may call a server, and under which name. */
export { Access, type AccessOptions } from "./access.ts";
export { type Call, callOf, clientOf, hostOf, isForeign, isForwarded, isFromPage, isLoopback, nameOf } from "./call.ts";
export {
  aliveOnly,
  foreignPage,
  guarded,
  labOnly,
  notThroughProxies,
  refusalOf,
  tokenNeeded,
  unknownHost,
} from "./pages.ts";
export { fetchWithToken, type TokenFor } from "./sending.ts";
export { accessSettings, labIsOn, labSetting, type OpenAddress, refuseOpenAddress } from "./settings.ts";
