/* The lesson page saves by itself and turns its steps over. Everything here also works
   without it, by plain forms and links. Nothing moves on by itself, nothing makes a sound
   by itself. No syntax after ES2018: phones of 2019 read this. */

import { all, kinds, later, leave, lesson, page, queue, report, send, words } from "./saving.js";

const REPORT_EVERY_MS = 15000;
// After that long without an answer the page stays and shows a link instead of leaving.
const SOON_MS = 10000;
// A step that was looked at for less was passed over.
const SEEN_MS = 3000;
// So long after the page stands comes what it can do without.
const AFTER_MS = 200;

const finish = document.getElementById("finish");
const steps = all("[data-step]");
const title = document.getElementById("step-title");

// --- Steps ------------------------------------------------------------------------------

let shownAt = Date.now();
const current = () => steps.find((step) => !step.hidden);
const isStepwise = steps.length > 0;

function show(number, keepsPlace) {
  const next = steps.find((step) => step.dataset.step === String(number));
  if (!next || next === current()) return;
  document.dispatchEvent(new CustomEvent("step"));
  all("video,audio").forEach((player) => player.pause());
  steps.forEach((step) => {
    step.hidden = step !== next;
  });
  all("[data-nav]").forEach((pair) => {
    pair.hidden = pair.dataset.nav !== next.dataset.step;
  });
  shownAt = Date.now();
  if (next.dataset.kind === "result") review();
  nameStep(next);
  if (!keepsPlace) history.pushState(null, "", "?step=" + next.dataset.step);
  window.scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

function nameStep(step) {
  title.textContent = step.dataset.title;
  if (document.documentElement.lang.indexOf("zh") !== 0) {
    title.lang = step.dataset.kind === "result" ? document.documentElement.lang : "zh-Hans";
  }
  document.querySelector("[data-step-label]").textContent = step.dataset.label;
  document.title = [step.dataset.label].concat(document.title.split(" · ").slice(1)).join(" · ");
  all("[data-step-bar] i").forEach((segment, place) => {
    segment.classList.toggle("on", place < Number(step.dataset.step));
  });
}

function asked() {
  const found = /[?&]step=(\d+)/.exec(location.search);
  return found ? found[1] : null;
}

/* Seen for a while, or something was said of it: that is one step more. */
function seen(step) {
  const said = step.querySelector("[data-check] [name=check]:checked");
  if (!step.dataset.key || said || Date.now() - shownAt < SEEN_MS) return;
  send({ type: "step", block: step.dataset.key });
}

if (isStepwise) {
  const first = current().dataset.step;
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-go]");
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (Number(way.dataset.go) > Number(current().dataset.step)) seen(current());
    show(way.dataset.go);
  });
  window.addEventListener("popstate", () => show(asked() || first, true));
  // Kept on the phone, the page shows the step at which it was kept.
  if (asked()) show(asked(), true);
  all("[data-check]").forEach((form) => {
    form.addEventListener("change", () => check(form));
    form.addEventListener("submit", (event) => event.preventDefault());
  });
}

function check(form) {
  const said = form.querySelector("[name=check]:checked").value;
  form.querySelector("[data-help]").hidden = said !== "help";
  form.dataset.seq = Number(form.dataset.seq) + 1;
  send({
    type: "step",
    block: form.dataset.check,
    check: said,
    seq: Number(form.dataset.seq),
  });
}

// --- Questions ------------------------------------------------------------------------------

function chosenIn(form) {
  return all("[name=choice]:checked", form);
}

/* What is known of a question: open, right, wrong, or waiting for the net. */
function setState(form, state) {
  form.dataset.state = state;
  const step = form.closest("[data-step]");
  if (!step) return;
  const wanted = state === "waiting" ? "right" : state;
  all('[data-nav="' + step.dataset.step + '"] [data-when]').forEach((one) => {
    one.hidden = one.dataset.when.split(" ").indexOf(wanted) < 0;
  });
}

function say(form, text) {
  const line = document.createElement("p");
  line.className = "saved saved--waiting";
  line.textContent = text;
  const place = form.querySelector("[data-feedback]");
  place.textContent = "";
  place.appendChild(line);
}

function showMark(form, mark) {
  const kind = mark.is_right ? "ok" : "no";
  const box = document.getElementById("fb-" + kind).content.cloneNode(true);
  mark.remarks.forEach((remark) => {
    const line = document.createElement("p");
    if (document.documentElement.lang.indexOf("zh") !== 0) line.lang = "zh-Hans";
    line.textContent = remark;
    box.querySelector(".why").appendChild(line);
  });
  const place = form.querySelector("[data-feedback]");
  place.textContent = "";
  place.appendChild(box);
  unmark(form);
  chosenIn(form).forEach((input) => {
    const row = input.closest("label");
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = mark.is_right ? words.chosen : words.earlier;
    row.classList.add("opt--" + kind);
    row.appendChild(tag);
  });
  setState(form, mark.is_right ? "right" : "wrong");
  if (isStepwise && form.closest("[data-step]") === current()) window.scrollTo(0, 0);
}

function unmark(form) {
  all(".opt", form).forEach((row) => row.classList.remove("opt--ok", "opt--no"));
  all(".opt .tag", form).forEach((tag) => tag.remove());
}

/* What the server says of an answer whose worth it does not tell, or not yet. */
function note(form, mark) {
  const state = mark.is_waiting ? "marking" : "kept";
  say(form, mark.is_late ? words.late : words[mark.is_waiting ? "marking" : "noted"]);
  if (mark.is_late) return;
  unmark(form);
  setState(form, state);
}

function wait(form) {
  say(form, words.later);
  setState(form, "waiting");
}

kinds.choice = {
  first: (form) => form.querySelector("[name=choice]"),
  read(form) {
    const ids = chosenIn(form).map((input) => input.value);
    return ids.length ? ids : null;
  },
  put(form, ids) {
    all("[name=choice]", form).forEach((input) => {
      input.checked = ids.indexOf(input.value) >= 0;
    });
  },
  words: (form) =>
    chosenIn(form).map((input) => input.closest("label").querySelector("[data-option]").textContent),
};
const typed = (form) => form.querySelector("[name=typed]");
kinds.typed = {
  first: typed,
  read: (form) => (typed(form).value.trim() ? typed(form).value : null),
  put(form, answer) {
    typed(form).value = answer;
  },
  words: (form) => [typed(form).value],
};
kinds.written = kinds.typed;
const kindOf = (form) => kinds[form.dataset.answer];

function answer(form) {
  const given = kindOf(form).read(form);
  if (given === null) {
    say(form, form.dataset.leftOut);
    kindOf(form).first(form).focus();
    return;
  }
  const seq = Number(form.dataset.seq) + 1;
  form.dataset.seq = seq;
  later.clear();
  later.add(() => wait(form));
  send({
    type: "answer",
    block: form.dataset.question,
    choice: given,
    attempt: Number(lesson.dataset.attempt),
    seq: seq,
  });
}

// Where the script for a kind of answer did not come, its form is a plain one.
const questions = all("[data-question]").filter(kindOf);
questions.forEach((form) => {
  if (kindOf(form).open) kindOf(form).open(form);
  form.addEventListener("change", () => unmark(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form);
  });
});

/* Answers that an earlier visit could not send stand where they were given. */
function restore() {
  queue.answers().forEach((event) => {
    const form = questions.find((one) => one.dataset.question === event.block);
    if (!form || Number(form.dataset.seq) >= event.seq) return;
    kindOf(form).put(form, event.choice);
    form.dataset.seq = event.seq;
    unmark(form);
    wait(form);
  });
}

/* The list at the end of a quiz, as it stands now. */
function review() {
  const count = (state) => questions.filter((form) => form.dataset.state === state).length;
  questions.forEach((form) => {
    const line = document.querySelector('[data-review="' + form.dataset.question + '"]');
    const state = form.dataset.state;
    const isGiven = state !== "open";
    const texts = kindOf(form).words(form);
    if (isGiven) line.querySelector("[data-chosen-words]").textContent = texts.join(words.joint);
    const mark = line.querySelector("[data-review-mark]");
    const kinds = { right: "ok", wrong: "few", waiting: "soon", kept: "ok", marking: "soon" };
    if (!isGiven || lesson.dataset.sheet === "in") return;
    mark.textContent = words[state === "kept" ? "noted" : state];
    mark.className = "tag tag--" + kinds[state];
    if (state === "right" && line.querySelector("[data-go]")) line.querySelector("[data-go]").remove();
  });
  const open = count("open");
  const result = steps.find((step) => step.dataset.kind === "result");
  let text = words.score.replace("%t", questions.length).replace("%r", count("right"));
  if (lesson.dataset.sheet === "in") return;
  if (count("waiting") || count("kept") || count("marking")) text = words.answered.replace("%t", questions.length);
  if (open) text = words.open.replace("%n", open);
  result.dataset.title = text;
  if (result === current()) title.textContent = text;
}

// --- Transcripts, and finishing -----------------------------------------------------------------

all("[data-transcript]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.dataset.sent = "yes";
    later.clear();
    send({ type: "transcript", block: form.dataset.transcript });
  });
});

let pressedAt = 0;

if (finish) {
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isStepwise) seen(current());
    pressedAt = Date.now();
    later.clear();
    later.add(() => {
      document.querySelector("#finished p").textContent = words.doneLater;
    });
    send({ type: "done" });
  });
}

function showComplete() {
  if (pressedAt && Date.now() - pressedAt < SOON_MS) {
    location.assign(lesson.dataset.doneUrl);
    return;
  }
  finish.hidden = true;
  document.querySelector("#finished p").textContent = "";
  all("[data-finish-button]").forEach((button) => {
    button.hidden = true;
  });
  all("[data-done-link]").forEach((link) => {
    link.hidden = false;
  });
}

/* What the server answered. */
page.show = (told, events) => {
  Object.keys(told.answers || {}).forEach((block) => {
    const form = questions.find((one) => one.dataset.question === block);
    const mark = told.answers[block];
    if (form && "is_right" in mark) showMark(form, mark);
    else if (form) note(form, mark);
  });
  all("[data-transcript][data-sent]").forEach((form) => {
    const line = document.createElement("p");
    line.className = "saved media__b";
    line.setAttribute("role", "status");
    line.textContent = words.read;
    form.parentNode.replaceChild(line, form);
  });
  if (isStepwise && current().dataset.kind === "result") review();
  if (!finish) return;
  const list = document.getElementById("missing");
  list.textContent = "";
  told.missing.forEach((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    list.appendChild(item);
  });
  if (told.complete) showComplete();
  else if (events.some((event) => event.type === "done")) {
    document.getElementById("left-title").focus();
  }
};

// --- When to send ----------------------------------------------------------------------

// After the first view: what it needs goes before.
function loaded(act, afterMs = 0) {
  const soon = () => setTimeout(act, afterMs);
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
}
setInterval(report, REPORT_EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});
window.addEventListener("pagehide", leave);
if (queue) {
  restore();
  // That the lesson was opened; and what an earlier page could not send.
  queue.add({ type: "view" });
  loaded(report);
}

// --- What may come a little later ----------------------------------------------------------

// Without the net a part may be missing; the page does without it.
const unheard = () => {};

if (document.querySelector("[data-medium]")) {
  loaded(() => import("./medium.js").then((module) => {
    const media = module.openMedia();
    page.report = () => media.forEach((medium) => medium.report());
  }, unheard));
}
function more() {
  import("../say.js").catch(unheard);
  // Nobody asks before the page is there.
  if (document.querySelector("[data-ask-form]")) loaded(() => import("./ask.js").catch(unheard));
  if (!lesson.dataset.reader) return;
  import("../offline/keep.js").then((module) => {
    module.keepLesson(lesson).catch(unheard);
    module.offerKeeping(lesson, words);
  }, unheard);
}
loaded(more, AFTER_MS);
