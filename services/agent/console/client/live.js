// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { morph } from "./morph.js";

const RETRY_MS = 2_000;
const TIMEOUT_MS = 10_000;
/** Least time between two looks: a storm of news is told in few of them. */
const LEAST_MS = 250;
/** A page that nobody sees gives its connection back: a browser has six for all pages of one agent. */
const UNSEEN_MS = 30_000;

const body = document.body;
let running = false;
let again = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {string | undefined} */
let lostSince;
/** @type {EventSource | undefined} */
let source;

/** Follows what the agent tells: the page is fetched again and what differs is changed in place. */
export function follow() {
  connect();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let unseen;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.hidden) unseen = setTimeout(disconnect, UNSEEN_MS);
    else if (source === undefined) connect();
    else refresh();
  });
  globalThis.addEventListener("pagehide", disconnect);
  globalThis.addEventListener("pageshow", (event) => {
    if (event.persisted && source === undefined) connect();
  });
  schedule();
}

/** Fetches the page anew; calls while that is under way lead to one more. */
export async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  clearTimeout(timer);
  try {
    do {
      again = false;
      await load();
      await new Promise((resolve) => setTimeout(resolve, LEAST_MS));
    } while (again);
  } finally {
    running = false;
    schedule();
  }
}

async function load() {
  const address = location.pathname + location.search;
  /** @type {Response} */
  let response;
  let text;
  try {
    response = await fetch(address, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch {
    return lost("The agent does not answer");
  }
  // Somebody went on meanwhile: this is not the page that they look at.
  if (address !== location.pathname + location.search) {
    again = true;
    return;
  }
  if (response.status >= 500) return lost(`The agent answers ${response.status}`);
  const next = new DOMParser().parseFromString(text, "text/html");
  const version = (/** @type {Document} */ page) => page.querySelector("meta[name=console]")?.getAttribute("content");
  if (version(next) !== version(document)) return location.reload();
  found();
  document.title = next.title;
  for (const name of ["data-now", "data-follows", "data-every"]) {
    body.setAttribute(name, next.body.getAttribute(name) ?? "");
  }
  for (const selector of ["header.bar", "#news", "#content", "footer.foot"]) {
    const from = document.querySelector(selector), to = next.querySelector(selector);
    if (from && to) morph(from, to);
  }
  document.dispatchEvent(new CustomEvent("console:fresh"));
}

function disconnect() {
  source?.close();
  source = undefined;
}

function connect() {
  disconnect();
  const stream = source = new EventSource("/api/events");
  stream.addEventListener("open", () => {
    state("live");
    refresh();
  });
  stream.addEventListener("incident", (event) => {
    const follows = body.dataset.follows ?? "";
    if (follows === "") return;
    if (follows === "all" || follows === JSON.parse(event.data).id) refresh();
  });
  stream.addEventListener("agent", () => {
    if (["all", "agent"].includes(body.dataset.follows ?? "")) refresh();
  });
  stream.addEventListener("error", () => {
    lost("The connection to the agent is lost");
    // After an answer that is no stream the browser does not try again by itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => stream === source && connect(), RETRY_MS);
  });
}

function schedule() {
  clearTimeout(timer);
  const seconds = lostSince === undefined ? Number(body.dataset.every ?? 0) : RETRY_MS / 1_000;
  if (seconds > 0) timer = setTimeout(() => document.hidden ? schedule() : refresh(), seconds * 1_000);
}

/** @param {string} why */
function lost(why) {
  state("lost");
  if (lostSince !== undefined) return;
  lostSince = document.getElementById("as-of")?.textContent ?? "";
  const element = document.getElementById("lost");
  if (element) {
    element.hidden = false;
    element.textContent = `${why}. This page shows the state at ${lostSince} UTC; it retries automatically.`;
  }
  body.classList.add("stale");
  schedule();
}

function found() {
  if (lostSince === undefined) return;
  lostSince = undefined;
  state("live");
  const element = document.getElementById("lost");
  if (element) element.hidden = true;
  body.classList.remove("stale");
}

/** @param {"live" | "lost"} now */
function state(now) {
  const element = document.getElementById("connection");
  if (!element || element.dataset.state === now) return;
  element.dataset.state = now;
  const words = element.querySelector(".words");
  if (words) words.textContent = now === "live" ? "live" : "disconnected";
}
