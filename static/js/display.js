"use strict";

// The page of the television: shows the parts it is sent, plays what it is told to, and hides what may no
// longer be true. It holds no state of its own: each message from the program is the whole screen.

const RETRY_MS = 1000;
const TICK_MS = 500;
const { stale, build } = document.body.dataset;
let { timeZone } = document.body.dataset;
const chime = document.getElementById("chime");
const voice = document.getElementById("voice");
const soundButton = document.getElementById("sound");
let link = null;
let lit = "";
let saying = null;
let news = { age: 0, monotonic: performance.now(), civil: Date.now() };

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  link = new WebSocket(`${scheme}://${location.host}/live`);
  link.onopen = tryTheSound;
  link.onmessage = (event) => receive(JSON.parse(event.data));
  link.onclose = () => setTimeout(connect, RETRY_MS * (0.5 + Math.random()));
}

function receive(message) {
  news = { age: message.age, monotonic: performance.now(), civil: Date.now() };
  if (message.kind === "screen") show(message);
  watchTheAge();
}

function show(message) {
  if (message.build !== build) return location.reload();
  for (const part of document.querySelectorAll("[data-part]")) replace(part, message.parts[part.dataset.part]);
  timeZone = message.time_zone;
  lit = message.lit;
  if (saying && saying.call !== lit) hush();
  if (message.announce) announce(message.announce);
}

// A part that did not change is left alone: its flash goes on undisturbed.
function replace(part, html) {
  if (part.shown === html) return;
  part.innerHTML = html;
  part.shown = html;
}

// Age: what the program said, and the time since it said it. A machine that slept is told by its civil clock,
// one whose clock was set by the other.
function ageInSeconds() {
  const since = Math.max(performance.now() - news.monotonic, Date.now() - news.civil);
  return news.age + since / 1000;
}

function watchTheAge() {
  const stopped = ageInSeconds() > Number(stale);
  if (stopped === document.body.classList.contains("is-stopped")) return;
  document.body.classList.toggle("is-stopped", stopped);
  if (stopped) tellSince(new Date(Date.now() - ageInSeconds() * 1000));
  if (stopped) hush();
}

function tellSince(instant) {
  for (const place of document.querySelectorAll(".since")) place.textContent = hour(instant);
}

function hour(instant) {
  const parts = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone }).formatToParts(instant);
  const value = (type) => parts.find((part) => part.type === type).value;
  const minutes = value("minute");
  return `${Number(value("hour"))}\u00a0h` + (minutes === "00" ? "" : `\u00a0${minutes}`);
}

// The flash and the chime start together; then the sentence, twice.
async function announce(told) {
  hush();
  flash();
  saying = { call: lit, stop: new AbortController() };
  const { signal } = saying.stop;
  voice.src = told.voice;
  try {
    await play(chime, signal);
    report("played");
    await play(voice, signal);
    await pause(told.pause, signal);
    await play(voice, signal);
  } catch (error) {
    if (!signal.aborted) soundFailed(error);
  }
}

function hush() {
  if (saying) saying.stop.abort();
  saying = null;
  chime.pause();
  voice.pause();
}

function flash() {
  const panel = document.querySelector(".panel.lit");
  if (panel) panel.classList.add("flash");
}

function play(audio, signal) {
  return new Promise((resolve, reject) => {
    audio.addEventListener("ended", resolve, { once: true, signal });
    audio.addEventListener("error", () => reject(new Error("media")), { once: true, signal });
    signal.addEventListener("abort", () => reject(new Error("hushed")), { once: true });
    audio.currentTime = 0;
    audio.play().catch(reject);
  });
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => reject(new Error("hushed")), { once: true });
  });
}

// At volume zero the browser tells at once whether it will let this page be heard.
async function tryTheSound() {
  const trial = new Audio(chime.src);
  trial.volume = 0;
  try {
    await trial.play();
    trial.pause();
    report("played");
  } catch (error) {
    soundFailed(error);
  }
}

function soundFailed(error) {
  const blocked = error.name === "NotAllowedError";
  if (blocked) soundButton.hidden = false;
  report(blocked ? "blocked" : "failed");
}

function report(sound) {
  if (sound === "played") soundButton.hidden = true;
  if (link.readyState === WebSocket.OPEN) link.send(JSON.stringify({ sound }));
}

function tick() {
  document.getElementById("clock").textContent = hour(new Date());
  watchTheAge();
}

soundButton.addEventListener("click", async () => {
  await chime.play();
  report("played");
});
setInterval(tick, TICK_MS);
tick();
connect();
