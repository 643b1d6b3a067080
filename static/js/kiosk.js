// The touch page: a tap asks the local program for a number; a look every two seconds tells whether it lives.
"use strict";

const LOOK_MS = 2000;
const LOOK_WHILE_PRINTING_MS = 400;
const ANSWER_MS = 5000;
const LOOKS_MISSED = 2;
const SAME_FINGER_MS = 4000;
const AWAY_MS = 10000;

const body = document.body;
const touch = document.getElementById("touch");
const ticket = document.getElementById("ticket");
const said = document.getElementById("said");
let asking = false;
let missed = 0;
let shownAt = 0;
let awayUntil = 0;
let rest = 0;
let next = 0;

function view(name) {
  body.dataset.view = name;
}

function shown() {
  return body.dataset.view === "taken" ? ticket.querySelector("[data-shown]") : null;
}

function ask(path, options) {
  return fetch(path, { ...options, cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
}

async function fragment(path, options) {
  const answer = await ask(path, options);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.text();
}

function show(html) {
  ticket.innerHTML = html;
  view("taken");
  said.textContent = ticket.querySelector("[data-said]").textContent.trim();
  clearTimeout(rest);
  rest = setTimeout(goToRest, shown().dataset.seconds * 1000);
  lookLater();
}

// A program that has just started again shows nothing: the number that is on the screen stays.
async function renew() {
  const html = await fragment("/ticket");
  if (html) show(html);
}

function goAway() {
  clearTimeout(rest);
  said.textContent = "";
  view("away");
}

function goToRest() {
  view(missed < LOOKS_MISSED ? "rest" : "away");
  said.textContent = "";
}

async function tap() {
  if (asking) return;
  asking = true;
  try {
    show(await fragment("/tap", { method: "POST" }));
    shownAt = performance.now();
    missed = 0;
  } catch {
    missed = LOOKS_MISSED;
    awayUntil = performance.now() + AWAY_MS;
    // Sooner it is the same finger, later another person: never leave them with somebody else's number.
    if (!shown() || performance.now() - shownAt > SAME_FINGER_MS) goAway();
  } finally {
    asking = false;
  }
}

function lookLater() {
  const printing = shown()?.dataset.shown.includes("/coming/");
  clearTimeout(next);
  next = setTimeout(look, printing ? LOOK_WHILE_PRINTING_MS : LOOK_MS);
}

async function look() {
  try {
    const state = await (await ask("/state")).json();
    document.getElementById("name").textContent = state.name;
    document.getElementById("opening").textContent = state.opening;
    missed = 0;
    if (body.dataset.view === "away" && performance.now() > awayUntil) view("rest");
    if (!asking && shown() && state.shown && shown().dataset.shown !== state.shown) await renew();
  } catch {
    missed += 1;
    if (missed >= LOOKS_MISSED && !shown()) view("away");
  }
  lookLater();
}

touch.addEventListener("click", tap);
touch.addEventListener("blur", () => touch.focus());
touch.addEventListener("pointerdown", () => body.classList.remove("keys"));
touch.addEventListener("keydown", (event) => {
  body.classList.add("keys");
  if (event.repeat) event.preventDefault(); // a key held down gives one ticket, not one every four seconds
});
document.addEventListener("contextmenu", (event) => event.preventDefault());
touch.focus();
lookLater();
