/* Reports of progress wait here, on the device, until the server has them.

   All reports of one learner are one list in the browser's storage, for whatever lesson
   they are: what an earlier page could not send, the next page sends. A report is sealed
   with a key and written down before it is sent, and is always sent word for word: the
   server counts a key once. However old a report is, the server says what becomes of it:
   by the clock of a phone, which may have stood in 1970, today would be decades later
   (R-02c). No syntax after ES2018: phones of 2019 read this. */

const MOST_EVENTS = 200;
const PATIENCE_MS = 20000;
const WAITS_MS = [2000, 4000, 8000, 16000, 32000, 60000];
// How pages of staff say to a script that somebody has to sign in first.
const SIGN_IN = ["sign_in_needed", "second_factor_needed"];
const TAKEN = "taken";
const KEPT = "kept";
const STOPPED = "stopped";

function newKey() {
  const bytes = new Uint8Array(16);
  window.crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
}

/* Puts an event to those that wait for the same thing, so that reports stay short. */
function merge(events, event) {
  const same = events.filter((one) => one.type === event.type && one.block === event.block);
  const known = same[same.length - 1];
  if (!known) {
    events.push(event);
  } else if (event.type !== "watch") {
    // Of places, answers and confirmations the newest is enough.
    events.splice(events.indexOf(known), 1, event);
  } else if (event.from <= known.to + 0.5 && event.to >= known.from) {
    known.from = Math.min(known.from, event.from);
    known.to = Math.max(known.to, event.to);
  } else {
    events.push(event);
  }
}

/* The list of sealed reports: in storage, or in memory where there is none. */
class Shelf {
  constructor(name) {
    this.name = name;
    this.memory = [];
    this.isKept = true;
  }

  read() {
    let stored = [];
    try {
      stored = JSON.parse(window.localStorage.getItem(this.name)) || [];
    } catch (error) {
      this.isKept = false;
    }
    return Array.isArray(stored) ? stored.concat(this.memory) : this.memory;
  }

  put(report) {
    try {
      const stored = JSON.parse(window.localStorage.getItem(this.name)) || [];
      window.localStorage.setItem(this.name, JSON.stringify(stored.concat([report])));
      this.isKept = true;
    } catch (error) {
      this.memory.push(report);
      this.isKept = false;
    }
  }

  drop(key) {
    const others = (report) => report.key !== key;
    this.memory = this.memory.filter(others);
    try {
      const stored = (JSON.parse(window.localStorage.getItem(this.name)) || []).filter(others);
      if (stored.length) window.localStorage.setItem(this.name, JSON.stringify(stored));
      else window.localStorage.removeItem(this.name);
    } catch (error) {
      this.isKept = false;
    }
  }
}

export class Queue {
  /* place: {owner, url, opened, token()}; tell(state, detail, report) is called with
     "saved" {answer, own, events}, "offline", "retry", "signin" or "refused" {error, status}. */
  constructor(place, tell) {
    this.place = place;
    this.tell = tell;
    this.shelf = new Shelf("learn:" + place.owner);
    this.events = [];
    this.flying = new Map();
    this.tries = 0;
    this.timer = 0;
  }

  /* Whether something waits, and whether closing the page would not lose it. */
  get isWaiting() {
    return this.events.length > 0 || this.shelf.read().length > 0;
  }

  get isKept() {
    return this.shelf.isKept;
  }

  add(event) {
    merge(this.events, event);
    if (this.events.length >= MOST_EVENTS) this.seal();
  }

  /* The furthest place in a medium that waits here: newer than what the page was given. */
  placeOf(block) {
    let best = null;
    this.shelf.read().forEach((report) => {
      report.events.forEach((event) => {
        if (event.type !== "position" || event.block !== block) return;
        const isLater = best && (event.epoch - best.epoch || event.at - best.at) > 0;
        if (!best || isLater) best = event;
      });
    });
    return best;
  }

  /* The answers to questions of this lesson that the server has not. */
  answers() {
    const own = this.shelf.read().filter((report) => report.url === this.place.url);
    return own
      .reduce((events, report) => events.concat(report.events), [])
      .concat(this.events)
      .filter((event) => event.type === "answer");
  }

  seal() {
    if (!this.events.length) return;
    this.shelf.put({
      key: newKey(),
      url: this.place.url,
      opened: this.place.opened,
      events: this.events,
    });
    this.events = [];
  }

  /* Sends all that waits, one report after the other. */
  async flush() {
    this.seal();
    if (this.flying.size) return;
    clearTimeout(this.timer);
    let place = 0;
    for (;;) {
      const report = this.shelf.read()[place];
      const outcome = report ? await this.send(report) : STOPPED;
      if (outcome === STOPPED) return;
      // What is kept for better days does not hold up what comes after it.
      if (outcome === KEPT) place += 1;
      this.seal();
    }
  }

  /* The page goes away: everything is on its way at once, nobody waits for answers. */
  leave() {
    this.seal();
    this.shelf.read().slice(0, 5).forEach((report) => this.send(report));
  }

  send(report) {
    const known = this.flying.get(report.key);
    if (known) return known;
    const sent = this.post(report).then((outcome) => {
      this.flying.delete(report.key);
      return outcome;
    });
    this.flying.set(report.key, sent);
    return sent;
  }

  /* What became of the report: TAKEN off the list, KEPT on it, or the sending STOPPED. */
  async post(report) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    let response;
    let answer = null;
    try {
      response = await fetch(report.url, {
        method: "POST",
        keepalive: true,
        credentials: "same-origin",
        redirect: "manual",
        signal: stop.signal,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": this.place.token(),
        },
        // `sent`: what this clock shows now, since that of a phone may be wrong.
        body: JSON.stringify({
          key: report.key,
          opened: report.opened,
          sent: Date.now(),
          events: report.events,
        }),
      });
      const type = response.headers.get("Content-Type") || "";
      if (type.indexOf("json") >= 0) answer = await response.json();
    } catch (error) {
      return this.wait("offline");
    } finally {
      clearTimeout(timer);
    }
    const status = response.status;
    // The net of a café answers 200 with a page of its own: that is no «saved».
    if (status === 200 && answer && answer.saved_at) {
      this.tries = 0;
      this.shelf.drop(report.key);
      this.tell("saved", {
        answer: answer,
        own: report.url === this.place.url,
        events: report.events,
      });
      return TAKEN;
    }
    const isAsked = status === 403 && (!answer || SIGN_IN.indexOf(answer.error) >= 0);
    if (response.type === "opaqueredirect" || status === 401 || isAsked) {
      this.tell("signin");
      return STOPPED;
    }
    if (status === 403) {
      // Not enrolled any more: kept, because who comes back finds it again.
      this.tell("refused", { error: answer.error, status: status }, report);
      return KEPT;
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      // Refused for good: sent again it would be refused again.
      this.shelf.drop(report.key);
      this.tell("refused", { error: answer ? answer.error : "", status: status }, report);
      return TAKEN;
    }
    return this.wait("retry");
  }

  wait(state) {
    const pause = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause);
    this.tell(state);
    return STOPPED;
  }
}
