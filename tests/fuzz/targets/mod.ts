import type { Target } from "../target.ts";
import { form } from "./form.ts";
import { api, console } from "./http.ts";
import { logs, traces } from "./logs.ts";
import { model } from "./model.ts";
import { configuration, csv } from "./texts.ts";
import { webhook } from "./webhook.ts";

/** Every door through which texts of others come in. */
export const targets: readonly Target[] = [logs, traces, model, configuration, csv, webhook, form, api, console];
