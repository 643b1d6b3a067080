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

let step = document.getElementById("state").dataset.step;

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "state") return;
  const state = document.getElementById("state");
  if (state.dataset.step !== step) changedAt = performance.now();
  step = state.dataset.step;
  tell(state.dataset.announcement);
  if (document.activeElement === document.body) {
    document.getElementById("main-key")?.focus({ preventScroll: true });
  }
});

function tell(sentence) {
  const announcement = document.getElementById("announcement");
  if (announcement.textContent !== sentence) announcement.textContent = sentence;
}

function linkIs(lost) {
  document.getElementById("link-lost").hidden = !lost;
}

document.addEventListener("htmx:wsOpen", () => linkIs(false));
document.addEventListener("htmx:wsClose", () => linkIs(true));
document.addEventListener("htmx:wsError", () => linkIs(true));
