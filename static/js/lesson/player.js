/* The lesson page saves by itself. Everything here also works without it, by plain forms.

   The words that it says stand in the page, in the element «words»: they are translated
   there. Nothing moves on by itself, nothing makes a sound by itself. */

import { Queue } from "./queue.js";

const REPORT_EVERY_MS = 15000;
// A place before this is the beginning; it never overwrites a real one.
const BEGINNING_S = 3;
// After that long without an answer the page stays and shows a link instead of leaving.
const SOON_MS = 10000;

const lesson = document.getElementById("lesson");
const words = document.getElementById("words").dataset;
const saved = document.getElementById("saved");
const net = document.getElementById("net");
const finish = document.getElementById("finish");

const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

/* «上午 9:00», the way the server says it. */
function clock() {
  const now = new Date();
  const hour = now.getHours();
  const begins = [18, 13, 12, 6, 0].findIndex((first) => hour >= first);
  const part = words.parts.split(",")[4 - begins];
  return part + " " + (hour > 12 ? hour - 12 : hour) + ":" + ("0" + now.getMinutes()).slice(-2);
}

/* The token of the cookie is newer than the page's after signing in in another tab. */
function token() {
  const found = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie);
  return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}

// --- What is said of saving -----------------------------------------------------------

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
      waiting.clear();
    }
    const wasFinishing = detail.events.some((event) => event.type === "done");
    if (detail.own) show(detail.answer, wasFinishing);
  } else if (state === "signin") {
    write(words.signin, false, true);
  } else if (state === "refused") {
    write(detail.error || words.refused, false);
  } else {
    writeWaiting(state === "offline" || navigator.onLine === false);
    waiting.forEach((later) => later());
  }
}

// What to say beside a button that was pressed while nothing can be sent.
const waiting = new Set();

const queue = new Queue(
  {
    owner: lesson.dataset.queue,
    url: lesson.dataset.progressUrl,
    opened: lesson.dataset.opened,
    token: token,
  },
  tell
);

// --- What the server answered -----------------------------------------------------------

function show(answer, wasFinishing) {
  Object.keys(answer.answers || {}).forEach((block) => {
    const form = document.querySelector('[data-question="' + block + '"]');
    if (form) showMark(form, answer.answers[block]);
  });
  all("[data-transcript][data-sent]").forEach((form) => {
    const line = document.createElement("p");
    line.className = "saved media__b";
    line.setAttribute("role", "status");
    line.textContent = words.read;
    form.parentNode.replaceChild(line, form);
  });
  if (!finish) return;
  const list = document.getElementById("missing");
  list.textContent = "";
  answer.missing.forEach((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    list.appendChild(item);
  });
  if (answer.complete) showComplete();
  else if (wasFinishing) document.getElementById("left-title").focus();
}

let pressedAt = 0;

function showComplete() {
  if (pressedAt && Date.now() - pressedAt < SOON_MS) {
    location.assign(lesson.dataset.doneUrl);
    return;
  }
  finish.hidden = true;
  document.querySelector("#finished p").textContent = "";
  document.querySelector("#finished a").hidden = false;
}

function showMark(form, mark) {
  const kind = mark.is_right ? "ok" : "no";
  const box = document.getElementById("fb-" + kind).content.cloneNode(true);
  mark.remarks.forEach((remark) => {
    const line = document.createElement("p");
    line.textContent = remark;
    box.querySelector(".why").appendChild(line);
  });
  const place = form.querySelector("[data-feedback]");
  place.textContent = "";
  place.appendChild(box);
  unmark(form);
  all("[name=choice]:checked", form).forEach((input) => {
    const row = input.closest("label");
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = words.chosen;
    row.classList.add("opt--" + kind);
    row.appendChild(tag);
  });
}

function unmark(form) {
  all(".opt", form).forEach((row) => row.classList.remove("opt--ok", "opt--no"));
  all(".opt .tag", form).forEach((tag) => tag.remove());
}

// --- Forms ---------------------------------------------------------------------------------

function send(event) {
  queue.add(event);
  report();
}

all("[data-question]").forEach((form) => {
  const place = form.querySelector("[data-feedback]");
  const say = (text) => {
    const line = document.createElement("p");
    line.className = "saved saved--waiting";
    line.textContent = text;
    place.textContent = "";
    place.appendChild(line);
  };
  form.addEventListener("change", () => unmark(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = all("[name=choice]:checked", form).map((input) => input.value);
    if (!chosen.length) {
      say(words.choose);
      form.querySelector("[name=choice]").focus();
      return;
    }
    const seq = Number(form.dataset.seq) + 1;
    form.dataset.seq = seq;
    const later = () => say(words.later);
    waiting.clear();
    waiting.add(later);
    send({
      type: "answer",
      block: form.dataset.question,
      choice: chosen,
      attempt: Number(lesson.dataset.attempt),
      seq: seq,
    });
  });
});

all("[data-transcript]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.dataset.sent = "yes";
    waiting.clear();
    send({ type: "transcript", block: form.dataset.transcript });
  });
});

if (finish) {
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    pressedAt = Date.now();
    waiting.clear();
    waiting.add(() => {
      document.querySelector("#finished p").textContent = words.doneLater;
    });
    send({ type: "done" });
  });
}

// --- Video and recordings ----------------------------------------------------------------

class Medium {
  constructor(box, player) {
    this.box = box;
    this.player = player;
    this.block = box.dataset.medium;
    this.length = Number(box.dataset.duration);
    this.epoch = Number(box.dataset.epoch);
    this.resume = Number(box.dataset.resume);
    this.range = null;
    this.last = null;
    this.told = null;
    const kept = queue.placeOf(this.block);
    if (kept && (kept.epoch > this.epoch || (kept.epoch === this.epoch && kept.at > this.resume))) {
      this.epoch = kept.epoch;
      this.resume = kept.at;
    }
    this.listen();
    this.offerTools();
  }

  listen() {
    const player = this.player;
    player.addEventListener("loadedmetadata", () => {
      if (Math.abs(player.currentTime - this.resume) > 1) player.currentTime = this.resume;
    });
    player.addEventListener("timeupdate", () => this.watch());
    player.addEventListener("seeking", () => this.jump());
    player.addEventListener("pause", () => {
      this.watch();
      report();
    });
    player.addEventListener("ended", () => {
      this.watch();
      report();
    });
    player.addEventListener("error", () => {
      this.box.querySelector("[data-broken]").textContent = words.broken;
    });
    player.addEventListener("playing", () => {
      this.box.querySelector("[data-broken]").textContent = "";
    });
  }

  /* What has been played since the last moment, if it was played and not jumped over. */
  watch() {
    const at = Math.min(this.player.currentTime, this.length);
    const now = Date.now();
    const last = this.last;
    this.last = { at: at, now: now };
    if (!last || this.player.seeking) return;
    const most = ((now - last.now) / 1000) * this.player.playbackRate + 1;
    if (at <= last.at || at - last.at > most) return;
    if (this.range && Math.abs(this.range.to - last.at) < 0.01) {
      this.range.to = at;
    } else {
      this.keep();
      this.range = { from: last.at, to: at };
    }
  }

  jump() {
    this.last = null;
    this.keep();
  }

  keep() {
    const range = this.range;
    this.range = null;
    if (!range || range.to <= range.from) return;
    const round = (seconds) => Math.round(seconds * 100) / 100;
    queue.add({ type: "watch", block: this.block, from: round(range.from), to: round(range.to) });
  }

  /* Hands what is new to the queue. */
  report() {
    this.keep();
    const at = Math.round(Math.min(this.player.currentTime, this.length) * 10) / 10;
    if (!this.player.played.length || at < BEGINNING_S || at === this.told) return;
    this.told = at;
    queue.add({ type: "position", block: this.block, epoch: this.epoch, at: at });
  }

  offerTools() {
    const tools = this.box.querySelector("[data-tools]");
    const player = this.player;
    tools.hidden = false;
    // The buttons say it themselves.
    all("[data-resume-words]", this.box).forEach((one) => {
      one.hidden = true;
    });
    const press = (selector, act) => {
      const button = tools.querySelector(selector);
      if (button) button.addEventListener("click", () => act(button));
    };
    const play = () => {
      const started = player.play();
      if (started) started.catch(() => {});
      // The line has done its work; the player's own bar goes on from here.
      all("[data-resume-button],[data-restart]", tools).forEach((one) => {
        one.hidden = true;
      });
      player.focus();
    };
    press("[data-resume-button]", play);
    press("[data-restart]", () => {
      // A new viewing: from now on its own place counts, however early it is.
      this.jump();
      this.epoch += 1;
      this.resume = 0;
      this.told = 0;
      if (player.readyState > 0) player.currentTime = 0;
      queue.add({ type: "position", block: this.block, epoch: this.epoch, at: 0 });
      play();
    });
    press("[data-slower]", (button) => {
      const slow = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(slow));
      player.defaultPlaybackRate = player.playbackRate = slow ? 0.75 : 1;
    });
  }
}

const media = all("[data-medium]")
  .map((box) => ({ box: box, player: box.querySelector("video,audio") }))
  .filter((one) => one.player)
  .map((one) => new Medium(one.box, one.player));

// --- When to send ----------------------------------------------------------------------

function report() {
  media.forEach((medium) => medium.report());
  if (queue.isWaiting) queue.flush();
}

function leave() {
  media.forEach((medium) => medium.report());
  queue.leave();
}

setInterval(report, REPORT_EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});
window.addEventListener("pagehide", leave);
window.addEventListener("offline", () => {
  net.hidden = false;
  if (queue.isWaiting) writeWaiting(true);
});
window.addEventListener("online", () => {
  if (queue.isWaiting) report();
  else net.hidden = true;
});
if (navigator.onLine === false) net.hidden = false;
// That the lesson was opened; and what an earlier page could not send.
queue.add({ type: "view" });
report();
