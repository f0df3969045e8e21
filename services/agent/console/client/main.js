// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { keepAges } from "./ages.js";
import { drawCharts } from "./charts.js";
import { fillChecks } from "./checks.js";
import { openEvidence } from "./evidence.js";
import { follow } from "./live.js";
import { listenToForms } from "./sending.js";

const news = document.getElementById("news");

/** Tells screen readers when what matters has changed, and keeps the newest message in view. */
function announce() {
  const text = news?.dataset.text ?? "";
  if (news && news.textContent !== text) news.textContent = text;
  for (const list of document.querySelectorAll("[data-follow-end]")) {
    const count = String(list.children.length);
    if (list instanceof HTMLElement && list.dataset.shown !== count) {
      list.scrollTop = list.scrollHeight;
      list.dataset.shown = count;
    }
  }
}

document.addEventListener("console:fresh", announce);
announce();
keepAges();
openEvidence();
listenToForms();
drawCharts();
fillChecks();
if (document.body.dataset.follows !== "" || document.body.dataset.every !== "0") follow();
else document.getElementById("connection")?.setAttribute("hidden", "");
