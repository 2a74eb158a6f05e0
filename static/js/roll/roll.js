/* The roll on a phone: every tap is kept on the device with its time, «存好» sends what was
   tapped, and without the net it is sent by itself when the net is back. Without this
   script the same form is posted as a whole. No syntax after ES2018: phones of 2019. */

import { Queue } from "../lesson/queue.js";
import { Draft, draftsOf } from "./draft.js";

const form = document.querySelector("[data-roll]");
const state = document.getElementById("roll-state");
const words = state.dataset;
const owner = form.dataset.reader;
const url = form.dataset.reportUrl;
const all = (selector) => Array.from(form.querySelectorAll(selector));
const counts = ["headcount", "walk_ins"];

/* The token of the cookie is newer than the page's after signing in in another tab. */
function token() {
  const found = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie);
  return found ? found[1] : form.querySelector("[name=csrfmiddlewaretoken]").value;
}

function write(text, isSaved, link) {
  const place = state.querySelector("[data-words]");
  // Said again only when it changes: this is read aloud.
  if (place.textContent !== text) place.textContent = text;
  state.classList.toggle("saved--waiting", !isSaved);
  state.querySelector("[data-mark=saved]").hidden = !isSaved;
  state.querySelector("[data-mark=waiting]").hidden = isSaved;
  state.hidden = false;
  if (!link) return;
  const way = document.createElement("a");
  way.className = "alone";
  way.href = words.loginUrl;
  way.textContent = words.signinLink;
  place.appendChild(document.createTextNode(" "));
  place.appendChild(way);
}

const isOwn = (report) => report.url === url;
const hasOwn = () => queue.shelf.read().some(isOwn);
let hasWaited = false;

function writeWaiting(isOffline) {
  hasWaited = true;
  write(isOffline && queue.isKept && draft.isKept ? words.kept : words.retry, false);
}

function tell(kind, detail, report) {
  if (kind === "saved") {
    if (!detail.own) return;
    settle(detail.events);
    document.querySelector("[data-summary]").textContent = detail.answer.summary;
    const text = (hasWaited ? words.replayed : words.saved).replace("%s", detail.answer.saved_clock);
    hasWaited = false;
    write(detail.answer.note ? text + " " + detail.answer.note : text, true);
  } else if (kind === "signin") {
    write(words.signin, false, true);
  } else if (kind === "refused") {
    // 403 stays in the queue; what was refused for good is on the page again.
    const isGone = isOwn(report) && detail.status !== 403;
    if (isGone) draft.takeBack(report.events);
    if (isOwn(report)) write(detail.error || words.refused, false, detail.status === 403);
  } else {
    draft.wait();
    writeWaiting(kind === "offline" || navigator.onLine === false);
  }
}

const queue = new Queue({ owner: owner, url: url, opened: owner, token: token }, tell);
const draft = new Draft(owner, url);

/* What the server has now is what the page shows: posted whole, it says nothing of it. */
function settle(events) {
  events.forEach((event) => {
    const was = form.querySelector('[name="was_' + event.block + '"]');
    if (was) was.value = event.type === "mark" ? event.state : event.value;
  });
}

function show(events) {
  events.forEach((event) => {
    if (event.type === "mark") {
      const name = '[name="state_' + event.block + '"]';
      const target = form.querySelector(name + '[value="' + event.state + '"]');
      if (target) target.checked = true;
    } else if (event.type === "count") {
      form.querySelector('[name="' + event.block + '"]').value = event.value;
    } else {
      const target = form.querySelector('[name=source][value="' + event.value + '"]');
      if (target) target.checked = true;
    }
  });
}

function keep(event) {
  draft.add(event);
  // The net is away, or something lies here already: this goes after it by itself.
  if (navigator.onLine === false || hasOwn()) {
    draft.wait();
    writeWaiting(navigator.onLine === false);
  }
}

const mark = (input) => ({
  type: "mark",
  block: input.name.slice("state_".length),
  state: input.value,
  at: Date.now(),
});

function noted(input) {
  if (input.name.indexOf("state_") === 0) keep(mark(input));
  else if (input.name === "source") keep({ type: "source", block: "", value: input.value });
  else if (counts.indexOf(input.name) >= 0) {
    keep({ type: "count", block: input.name, value: input.value.trim() });
  }
}

/* All that waits on this device, of this roll and of others. */
function sendWaiting() {
  draftsOf(owner).forEach((one) => {
    if (one.url !== url && one.isWaiting) one.seal(queue);
  });
  if (draft.isWaiting) draft.seal(queue);
  if (queue.isWaiting) queue.flush();
}

let pressed = null;
all("button[type=submit]").forEach((button) =>
  button.addEventListener("click", () => {
    pressed = button;
  })
);

/* «没点到的都算到了»: whoever has no mark is there, from now. */
function markTheRest() {
  all(".roll fieldset").forEach((row) => {
    if (row.querySelector(":checked")) return;
    const target = row.querySelector('[value="present"]');
    target.checked = true;
    draft.add(mark(target));
  });
}

form.addEventListener("change", (event) => noted(event.target));
form.addEventListener("submit", (event) => {
  if (pressed && pressed.name === "rest") markTheRest();
  pressed = null;
  // Nothing was tapped: the form as it is, which says that it was saved.
  if (!draft.events.length && !hasOwn()) return;
  event.preventDefault();
  draft.seal(queue);
  write(words.sending, false);
  queue.flush();
});
window.addEventListener("online", sendWaiting);
window.addEventListener("offline", () => {
  draft.wait();
  writeWaiting(true);
});

// What an earlier visit left here is shown before it is sent.
const left = queue.shelf.read().filter(isOwn);
left.forEach((report) => show(report.events));
show(draft.events);
if (draft.events.length && !draft.isWaiting) write(words.restored, false);
if (left.length || draft.isWaiting) writeWaiting(navigator.onLine === false);
sendWaiting();
