/* Reading aloud (UX-SAY): a recording first, else a Chinese voice of the device; where
   there is neither, the line with the phone number stays and no button is drawn.
   Nothing is said before somebody presses the button. */

const WAIT_MS = 2000;
// So long after the page stands comes what is not needed to show it.
const AFTER_MS = 200;
const BLOCKS = "p,li,h1,h2,h3,h4,label,legend,figcaption,td,th,dt,dd,blockquote,div,section";
// What nobody wants read: what can be pressed, marks, and the small print of a lesson.
const SILENT =
  "button,.btn,.find,nav,form.check,.say-box,[hidden],[aria-hidden=true],video,audio,.media,details,.tag,.muted,.notice,.messages,script,template,style,noscript,[data-silent]";

let speaking = null;

/* What turns text into what is spoken comes when the page stands: a press needs it at once. */
const text = new Promise((resolve) => {
  const load = () => import("./say_text.js").then(resolve, () => resolve(null));
  const soon = () => setTimeout(load, AFTER_MS);
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
});

// --- The voice -----------------------------------------------------------------------------

function bestVoice() {
  const rank = (voice) => {
    const language = voice.lang.replace("_", "-").toLowerCase();
    if (!/^(zh|cmn)/.test(language)) return 0;
    const isMainland = /^(zh-(cn|hans)|cmn)/.test(language) || language === "zh";
    return (isMainland ? 4 : /hk|yue/.test(language) ? 1 : 2) + (voice.localService ? 1 : 0);
  };
  const known = window.speechSynthesis.getVoices().filter((voice) => rank(voice) > 0);
  return known.sort((one, other) => rank(other) - rank(one))[0] || null;
}

/* The Chinese voice, at most two seconds later; null where there is none. */
const voice = new Promise((resolve) => {
  const synthesis = window.speechSynthesis;
  if (!synthesis || !window.SpeechSynthesisUtterance) {
    resolve(null);
    return;
  }
  const found = bestVoice();
  if (found) {
    resolve(found);
    return;
  }
  const timer = setTimeout(() => resolve(bestVoice()), WAIT_MS);
  const look = () => {
    const late = bestVoice();
    if (!late) return;
    clearTimeout(timer);
    resolve(late);
  };
  // Old Safari has no addEventListener here.
  if (synthesis.addEventListener) synthesis.addEventListener("voiceschanged", look);
  else synthesis.onvoiceschanged = look;
});

// --- Sentences on the page ------------------------------------------------------------------

function isChinese(element) {
  const named = element.closest("[lang]");
  return !named || named.lang.toLowerCase().indexOf("zh") === 0;
}

/* The sentences of an element, each with the pieces of the page it stands in. */
function sentencesOf(target) {
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(SILENT) && isChinese(parent)) texts.push(walker.currentNode);
  }
  const found = [];
  let open = null;
  let block = null;
  texts.forEach((node) => {
    const own = node.parentElement.closest(BLOCKS);
    if (own !== block) open = null;
    block = own;
    node.textContent.split(/([^。！？；!?;\n]*[。！？；!?;\n]+[」』”’）)]*)/).forEach((part) => {
      if (!part) return;
      const span = document.createElement("span");
      span.dataset.sentence = "";
      span.textContent = part;
      node.parentNode.insertBefore(span, node);
      if (!open) {
        open = { spans: [], text: "" };
        found.push(open);
      }
      open.spans.push(span);
      open.text += part;
      if (/[。！？；!?;\n][」』”’）)]*$/.test(part)) open = null;
    });
    node.parentNode.removeChild(node);
  });
  return found;
}

/* Puts the page back as it was. */
function unwrap(target) {
  target.querySelectorAll("[data-sentence]").forEach((span) => {
    const parent = span.parentNode;
    parent.replaceChild(document.createTextNode(span.textContent), span);
    parent.normalize();
  });
}

function headingOf(target) {
  if (target.dataset.title) return target.dataset.title;
  const heading = document.querySelector("h1");
  return heading && !target.contains(heading) && isChinese(heading) ? heading.textContent : "";
}

// --- Two sources with the same four acts ------------------------------------------------------

class Voice {
  constructor(target, found, words, changed) {
    this.words = words;
    this.target = target;
    this.voice = found;
    this.changed = changed;
    this.rate = 0.9;
    this.parts = [];
    this.place = 0;
    this.turn = 0;
  }

  prepare() {
    unwrap(this.target);
    const heading = headingOf(this.target);
    const sentences = sentencesOf(this.target);
    this.parts = [];
    if (heading) sentences.unshift({ spans: [], text: heading });
    sentences.forEach((sentence) => {
      this.words.pieces(this.words.normalise(sentence.text)).forEach((text) => {
        // Something must be left that has a sound.
        if (/[\u4e00-\u9fffa-zA-Z0-9]/.test(text)) {
          this.parts.push({ spans: sentence.spans, text: text });
        }
      });
    });
  }

  start() {
    this.prepare();
    this.place = 0;
    this.next();
  }

  next() {
    this.turn += 1;
    const turn = this.turn;
    const part = this.parts[this.place];
    // Never two voices at once, and no old ones that wait.
    window.speechSynthesis.cancel();
    this.mark(part);
    if (!part) {
      this.finish();
      return;
    }
    const utterance = new window.SpeechSynthesisUtterance(part.text);
    utterance.voice = this.voice;
    utterance.lang = this.voice.lang;
    utterance.rate = this.rate;
    utterance.onend = () => {
      if (turn !== this.turn) return;
      this.place += 1;
      this.next();
    };
    utterance.onerror = () => {
      if (turn === this.turn) this.pause();
    };
    // Some browsers forget what nobody holds.
    this.utterance = utterance;
    window.speechSynthesis.speak(utterance);
    this.changed("going");
  }

  mark(part) {
    this.target.querySelectorAll(".saying").forEach((span) => span.classList.remove("saying"));
    if (part) part.spans.forEach((span) => span.classList.add("saying"));
  }

  finish() {
    unwrap(this.target);
    this.changed("still");
  }

  /* Sentences are short: going on begins the one again at which it stopped. */
  pause() {
    this.turn += 1;
    window.speechSynthesis.cancel();
    this.changed("paused");
  }

  goOn() {
    this.next();
  }

  setRate(rate) {
    this.rate = rate;
    return this;
  }

  restart() {
    this.next();
  }

  stop() {
    this.turn += 1;
    window.speechSynthesis.cancel();
    this.mark(null);
    this.finish();
  }
}

class Recording {
  constructor(player, changed, broke) {
    this.player = player;
    this.changed = changed;
    player.addEventListener("playing", () => changed("going"));
    player.addEventListener("pause", () => changed(player.ended ? "still" : "paused"));
    player.addEventListener("ended", () => changed("still"));
    player.addEventListener("error", broke);
  }

  start() {
    if (this.player.ended) this.player.currentTime = 0;
    this.goOn();
  }

  again() {
    this.player.currentTime = 0;
    this.goOn();
  }

  goOn() {
    const started = this.player.play();
    if (started) started.catch(() => {});
  }

  pause() {
    this.player.pause();
  }

  setRate(rate) {
    // A recording is as fast as its teacher; only «slower» is slower.
    this.player.defaultPlaybackRate = this.player.playbackRate = rate < 0.9 ? 0.8 : 1;
  }

  restart() {}

  stop() {
    this.player.pause();
    this.changed("still");
  }
}

// --- The button --------------------------------------------------------------------------------

class SayBox {
  constructor(box) {
    this.box = box;
    this.state = "still";
    this.button = box.querySelector("[data-say-play]");
    this.tools = box.querySelector("[data-say-tools]");
    this.target = document.getElementById(box.dataset.say);
    this.button.addEventListener("click", () => this.press());
    box.querySelector("[data-say-again]").addEventListener("click", () => this.again());
    box.querySelectorAll("[data-say-rate]").forEach((one) =>
      one.addEventListener("click", () => this.setRate(one))
    );
    this.choose();
  }

  choose() {
    const changed = (state) => this.show(state);
    const player = document.getElementById(this.box.dataset.player || "");
    if (player) this.offer(new Recording(player, changed, () => this.useVoice()));
    else this.useVoice();
  }

  useVoice() {
    this.withdraw();
    Promise.all([voice, text]).then(([found, words]) => {
      if (!found || !words || !this.target) return;
      this.offer(new Voice(this.target, found, words, (state) => this.show(state)));
    });
  }

  offer(source) {
    this.source = source;
    this.button.hidden = false;
    this.box.querySelector("[data-say-call]").hidden = true;
  }

  withdraw() {
    this.source = null;
    this.show("still");
    this.button.hidden = true;
    this.box.querySelector("[data-say-call]").hidden = false;
  }

  show(state) {
    this.state = state;
    const isGoing = state === "going";
    this.button.setAttribute("aria-pressed", String(isGoing));
    this.box.querySelectorAll("[data-say-when]").forEach((one) => {
      one.hidden = one.dataset.sayWhen !== state;
    });
    this.box.querySelector("[data-say-mark=play]").hidden = isGoing;
    this.box.querySelector("[data-say-mark=pause]").hidden = !isGoing;
    if (state !== "still") this.tools.hidden = false;
  }

  press() {
    if (speaking && speaking !== this) speaking.stop();
    speaking = this;
    if (this.state === "going") this.source.pause();
    else if (this.state === "paused") this.source.goOn();
    else this.source.start();
  }

  again() {
    if (speaking && speaking !== this) speaking.stop();
    speaking = this;
    if (this.source.again) this.source.again();
    else this.source.start();
  }

  setRate(chosen) {
    this.box.querySelectorAll("[data-say-rate]").forEach((one) =>
      one.setAttribute("aria-pressed", String(one === chosen))
    );
    this.source.setRate(Number(chosen.dataset.sayRate));
    if (this.state === "going") this.source.restart();
  }

  stop() {
    if (this.source && this.state !== "still") this.source.stop();
    this.tools.hidden = true;
  }
}

const boxes = Array.from(document.querySelectorAll("[data-say]")).map((box) => new SayBox(box));
const silence = () => boxes.forEach((box) => box.stop());

window.addEventListener("pagehide", silence);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") silence();
});
// Another step of a lesson was turned up.
document.addEventListener("step", silence);
