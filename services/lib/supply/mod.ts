export { Supply, type Waiter } from "./supply.ts";
