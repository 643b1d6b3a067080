// The agents' page: one key per step, a link that says when it is lost, a short word for screen readers.
// Keys are inert in fields, on repeat, and while another request is on its way.
"use strict";

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=hidden]), textarea, select, dialog") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const onButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
  if (event.key === " " && onButton) return; // the focused button takes it by itself
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const button = document.querySelector(`#state button[data-key="${CSS.escape(key)}"]`);
  if (button === null) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "state") return;
  const state = document.getElementById("state");
  const announcement = document.getElementById("announcement");
  if (announcement.textContent !== state.dataset.announcement) {
    announcement.textContent = state.dataset.announcement;
  }
  if (document.activeElement === document.body) {
    document.getElementById("main-key")?.focus({ preventScroll: true });
  }
});

function linkIs(lost) {
  document.getElementById("link-lost").hidden = !lost;
}

document.addEventListener("htmx:wsOpen", () => linkIs(false));
document.addEventListener("htmx:wsClose", () => linkIs(true));
document.addEventListener("htmx:wsError", () => linkIs(true));
