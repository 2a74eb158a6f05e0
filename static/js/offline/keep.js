/* Hands a lesson to the service worker, so that it can be read without the net. */

const SCRIPT = "/sw.js";
let ready = null;

function worker() {
  if (!ready) {
    ready =
      "serviceWorker" in navigator && window.isSecureContext
        ? navigator.serviceWorker
            .register(SCRIPT)
            .then(() => navigator.serviceWorker.ready)
            .then((registration) => registration.active)
        : Promise.reject(new Error("no service worker"));
    // Who asks for it hears of it; nobody else needs to.
    ready.catch(() => {});
  }
  return ready;
}

export function ask(message) {
  return worker().then(
    (active) =>
      new Promise((resolve) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = (event) => resolve(event.data);
        active.postMessage(message, [channel.port2]);
      })
  );
}

const path = (address) => new URL(address, location.href).pathname;

function job(lesson, files) {
  const sources = (selector, name) =>
    Array.from(document.querySelectorAll(selector))
      .map((one) => one.getAttribute(name))
      .filter(Boolean)
      .map(path);
  return {
    type: "keep",
    reader: lesson.dataset.reader,
    path: location.pathname,
    title: lesson.dataset.name,
    course: lesson.dataset.course,
    pictures: sources("main img", "src").concat(sources("main video", "poster")),
    recordings: sources("main audio", "src"),
    files: files || [],
  };
}

export function keepLesson(lesson) {
  const root = document.documentElement;
  const display = [root.dataset.size, root.dataset.theme, root.lang].join(".");
  return ask(job(lesson)).then(() => ask({ type: "display", display: display }));
}

// --- A video is kept only by who asks for it ---------------------------------------------

export function offerKeeping(lesson, words) {
  worker().then(() => {
    document.querySelectorAll(".media__keep").forEach((line) => new Keeping(line, lesson, words));
  }, () => {});
}

class Keeping {
  constructor(line, lesson, words) {
    const box = line.closest("[data-medium]");
    const video = box.querySelector("video");
    const track = video.querySelector("track");
    this.line = line;
    this.lesson = lesson;
    this.words = words;
    this.state = box.querySelector("[data-keep-state]");
    this.files = [video.getAttribute("src"), track && track.getAttribute("src")]
      .filter(Boolean)
      .map(path);
    this.isKept = false;
    line.querySelector("button").addEventListener("click", () => this.press());
    window.caches
      .open("kept-" + lesson.dataset.reader)
      .then((cache) => cache.match(this.files[0]))
      .then((found) => this.show(Boolean(found)));
  }

  show(isKept, text) {
    const size = this.line.dataset.keep;
    this.isKept = isKept;
    this.line.hidden = false;
    this.line.querySelector("[data-keep-words]").textContent = isKept
      ? this.words.drop
      : this.words.keep.replace("%s", size);
    this.state.textContent = text || (isKept ? this.words.isKept : "");
  }

  press() {
    if (this.isKept) {
      const reader = this.lesson.dataset.reader;
      ask({ type: "drop", reader: reader, files: this.files }).then(() => this.show(false));
      return;
    }
    this.state.textContent = this.words.keeping;
    ask(job(this.lesson, this.files)).then(
      (answer) => this.show(answer.ok, answer.ok ? "" : this.words.notKept),
      () => this.show(false, this.words.notKept)
    );
  }
}
