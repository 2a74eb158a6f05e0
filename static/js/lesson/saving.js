/* What is said of saving, and the one queue that the page sends through.

   The words stand in the page, in the element «words»: they are translated there. A page
   whose reader is not enrolled has no queue; what is sent then goes nowhere. */

import { Queue } from "./queue.js";

export const lesson = document.getElementById("lesson");
export const words = document.getElementById("words").dataset;
const saved = document.getElementById("saved");
const net = document.getElementById("net");
const photo = document.querySelector("[data-photo]");

export const all = (selector, root) =>
  Array.from((root || document).querySelectorAll(selector));

/* What to say beside a button that was pressed while nothing can be sent. */
export const later = new Set();

/* The answers of a question as its form holds them, by the kind of the form: `read` (null
   where something is left out), `put` back, said in `words`; `first` is what to focus, and
   `open`, where there is one, readies the form. */
export const kinds = {};

/* What the page does with the server's answer; media that have something to report. */
export const page = { show() {}, report() {} };

/* «上午 9:00», the way the server says it. */
function clock() {
  const now = new Date();
  const hour = now.getHours();
  const begins = [18, 13, 12, 6, 0].findIndex((first) => hour >= first);
  const pattern = words.parts.split(",")[4 - begins];
  const isChinese = document.documentElement.lang.indexOf("zh") === 0;
  const shown = hour > 12 ? hour - 12 : hour || (isChinese ? 0 : 12);
  return pattern.replace("{time}", shown + ":" + ("0" + now.getMinutes()).slice(-2));
}

/* The token of the cookie is newer than the page's after signing in in another tab. */
function token() {
  const found = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie);
  return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}

let waitedFor = 0;

function write(text, isSaved, link) {
  const place = saved.querySelector("[data-words]");
  // Said again only when it changes: this is read aloud.
  if (place.textContent !== text) place.textContent = text;
  saved.classList.toggle("saved--waiting", !isSaved);
  saved.querySelector("[data-mark=saved]").hidden = !isSaved;
  saved.querySelector("[data-mark=waiting]").hidden = isSaved;
  saved.hidden = false;
  if (link) {
    const way = document.createElement("a");
    way.className = "alone";
    way.href = lesson.dataset.loginUrl;
    way.textContent = words.signinLink;
    place.appendChild(document.createTextNode(" "));
    place.appendChild(way);
  }
}

function writeWaiting(isOffline) {
  if (isOffline) net.hidden = false;
  if (isOffline && queue.isKept) write(words.kept.replace("%s", clock()), false);
  else write(words.retry, false);
}

function tell(state, detail) {
  if (state === "saved") {
    if (waitedFor || !net.hidden) waitedFor += detail.events.length;
    net.hidden = true;
    const text = waitedFor ? words.replayed.replace("%n", waitedFor) : words.saved;
    write(text.replace("%s", detail.answer.saved_clock), true);
    if (!queue.isWaiting) {
      waitedFor = 0;
      later.clear();
    }
    if (detail.own) page.show(detail.answer, detail.events);
  } else if (state === "signin") {
    write(words.signin, false, true);
  } else if (state === "refused") {
    write(detail.error || words.refused, false);
  } else {
    writeWaiting(state === "offline" || navigator.onLine === false);
    later.forEach((say) => say());
  }
  // Answers that nobody has but this phone can be photographed.
  if (photo) photo.hidden = state === "saved" || !queue.answers().length;
}

export const queue = lesson.dataset.queue
  ? new Queue(
      {
        owner: lesson.dataset.queue,
        url: lesson.dataset.progressUrl,
        opened: lesson.dataset.opened,
        token: token,
      },
      tell
    )
  : null;

export function send(event) {
  if (!queue) return;
  queue.add(event);
  report();
}

export function report() {
  page.report();
  if (queue && queue.isWaiting) queue.flush();
}

export function leave() {
  page.report();
  if (queue) queue.leave();
}

window.addEventListener("offline", () => {
  net.hidden = false;
  if (queue && queue.isWaiting) writeWaiting(true);
});
window.addEventListener("online", () => {
  if (queue && queue.isWaiting) report();
  else net.hidden = true;
});
if (navigator.onLine === false) net.hidden = false;
