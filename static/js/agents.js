// The agents' page: one key per step, a link that says when it is lost, a short word for screen readers.
// Letters are inert in fields and on repeat. Nothing ends by accident: a key held down, a double click or an
// impatient second press never carries a visit one step further.
"use strict";

const SETTLE_MS = 800; // after a step, the lit key has a new meaning: let it be read first
let changedAt = -SETTLE_MS;

htmx.config.wsReconnectDelay = () => 500 + 1000 * Math.random();

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=hidden]), textarea, select, dialog") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const onButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
  if (event.repeat) {
    if (onButton && (event.key === "Enter" || event.key === " ")) event.preventDefault();
    return;
  }
  if (event.key === " " && onButton) return; // the focused button takes it by itself
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const button = document.querySelector(`#state button[data-key="${CSS.escape(key)}"]`);
  if (button === null) return;
  event.preventDefault();
  button.click();
});

// A letter names its step; a press on the lit key, or a click, does not: it may be one too many.
document.addEventListener("click", (event) => {
  const isKey = event.target instanceof Element && event.target.closest("#main-key") !== null;
  if (!isKey || !event.isTrusted || performance.now() - changedAt >= SETTLE_MS) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

const announcement = document.getElementById("announcement");
const noKey = document.getElementById("no-key");
let step = document.getElementById("state").dataset.step;
let pressed = null; // the key whose answer is on its way

document.addEventListener("htmx:beforeRequest", (event) => {
  pressed = event.detail.elt.closest("form")?.querySelector("button")?.id ?? pressed;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "state") return;
  const state = document.getElementById("state");
  const changed = state.dataset.step !== step;
  step = state.dataset.step;
  if (changed) changedAt = performance.now();
  tell(state.dataset.announcement, changed);
  noKey.hidden = true;
  if (pressed !== null || document.activeElement === document.body) goTo(pressed);
  pressed = null;
});

// After one's own step the focus is on the same key if it is still there, else on the lit one. News that come
// by themselves leave it where it is.
function goTo(id) {
  const key = document.getElementById(id) ?? document.getElementById("main-key");
  key?.focus({ preventScroll: true });
}

function tell(sentence, again) {
  if (!again && announcement.textContent === sentence) return;
  announcement.textContent = "";
  setTimeout(() => { announcement.textContent = sentence; }, 50); // a sentence said twice is read twice
}

for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(fault, (event) => {
    if (event.detail.requestConfig?.verb !== "get") noKey.hidden = false;
    pressed = null;
  });
}

function linkIs(lost) {
  document.getElementById("link-lost").hidden = !lost;
}

document.addEventListener("htmx:wsOpen", () => linkIs(false));
document.addEventListener("htmx:wsClose", () => linkIs(true));
document.addEventListener("htmx:wsError", () => linkIs(true));
document.getElementById("main-key")?.focus({ preventScroll: true });
