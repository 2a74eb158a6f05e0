/* Handing in, and the minutes that are left. Only lessons with a sheet load this, behind the
   player. The time here informs and does nothing: the server decides. No syntax after
   ES2018: phones of 2019 read this. */

import { all, later, lesson, page, send } from "./saving.js";

const form = document.getElementById("hand-in");
const said = document.querySelector("[data-hand-in-said]");
const clock = document.getElementById("quiz-time");
const TICK_MS = 10000;
// Of these minutes is told aloud that they are left.
const TOLD = [10, 5, 1];

// --- Handing in -------------------------------------------------------------------------

let isSure = false;

/* Counted anew whenever it is looked at: answers may have come since. */
function open() {
  return all("[data-question]").filter((one) => one.dataset.state === "open").length;
}

function nameOpen() {
  const line = document.querySelector("[data-open-words]");
  const count = open();
  if (line && count) line.textContent = line.dataset.openWords.replace("%n", count);
  else if (line) line.textContent = "";
}

function reload() {
  const result = document.querySelector('[data-kind="result"]');
  const place = result ? "?step=" + result.dataset.step : "#quiz";
  location.replace(location.pathname + place);
  // To a place on the same page the browser only scrolls.
  if (!result) location.reload();
}

if (form) {
  document.addEventListener("step", nameOpen);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    nameOpen();
    if (open() && !isSure) {
      isSure = true;
      said.textContent = form.dataset.sure;
      return;
    }
    later.clear();
    later.add(() => {
      said.textContent = form.dataset.later;
    });
    send({ type: "hand_in", attempt: Number(lesson.dataset.attempt) });
  });
  const before = page.show;
  page.show = (told, events) => {
    before(told, events);
    nameOpen();
    // A report that is not of answers was about this press, or the time is over.
    if (told.handed_in === Number(lesson.dataset.attempt)) reload();
  };
}

// --- The time ---------------------------------------------------------------------------

// How long the page is open. Its own counter stands still while some phones sleep, and the
// clock goes on; a clock that goes back, or on by a day, was set (R-02c).
const DAY_MS = 24 * 3600 * 1000;
const openedAt = Date.now();
const counted = performance.now();

function openFor() {
  const byPage = performance.now() - counted;
  const byClock = Date.now() - openedAt;
  return byClock >= byPage && byClock - byPage < DAY_MS ? byClock : byPage;
}

let lastTold = null;

function tick() {
  const left = Number(clock.dataset.secondsLeft) * 1000 - openFor();
  const minutes = Math.floor(left / 60000);
  let text = clock.dataset.left.replace("%n", minutes);
  if (left <= 0) text = clock.dataset.over;
  else if (minutes < 1) text = clock.dataset.last;
  const place = clock.querySelector("[data-time-left]");
  if (place.textContent !== text) place.textContent = text;
  const isTold = left <= 0 || TOLD.indexOf(minutes) >= 0;
  if (isTold && lastTold !== text) {
    document.querySelector("[data-time-said]").textContent = text;
    lastTold = text;
  }
}

if (clock) {
  tick();
  setInterval(tick, TICK_MS);
}
