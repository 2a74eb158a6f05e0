/* Reports of progress wait here, on the device, until the server has them.

   A batch is written to storage before it is sent, with a key of its own: sent twice, it
   has its effect once. «已保存» is said only when the server has answered. */

const MAX_EVENTS = 200;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60000;

function newKey() {
  const bytes = new Uint8Array(16);
  (window.crypto || window.msCrypto).getRandomValues(bytes);
  return Array.prototype.map
    .call(bytes, function (byte) {
      return ("0" + byte.toString(16)).slice(-2);
    })
    .join("");
}

function read(storage, name) {
  try {
    const found = JSON.parse(storage.getItem(name) || "[]");
    return Array.isArray(found) ? found : [];
  } catch (error) {
    return [];
  }
}

export class Queue {
  /* owner: names the learner on this device; say(state, answer): shows the state. */
  constructor(options) {
    this.name = "progress:" + options.owner;
    this.csrf = options.csrf;
    this.say = options.say;
    this.onAnswer = options.onAnswer;
    this.events = [];
    this.target = options.target;
    this.opened = options.opened;
    this.retryMs = FIRST_RETRY_MS;
    this.sending = false;
    this.timer = null;
    try {
      this.storage = window.localStorage;
      this.storage.setItem("progress:probe", "1");
      this.storage.removeItem("progress:probe");
    } catch (error) {
      // Private windows of some phones: the page itself remembers, while it is open.
      const kept = {};
      this.storage = {
        getItem: function (name) {
          return kept[name] || null;
        },
        setItem: function (name, value) {
          kept[name] = value;
        },
      };
    }
  }

  add(event) {
    this.events.push(event);
    if (this.events.length >= MAX_EVENTS) this.flush(false);
  }

  /* Makes a batch of what has been collected and sends all batches. */
  flush(leaving) {
    if (this.events.length) {
      const batches = read(this.storage, this.name);
      batches.push({
        key: newKey(),
        url: this.target,
        opened: this.opened,
        events: this.events,
      });
      this.events = [];
      this.write(batches);
    }
    this.send(leaving);
  }

  write(batches) {
    try {
      this.storage.setItem(this.name, JSON.stringify(batches));
    } catch (error) {
      // Storage is full: what is in memory is still sent below.
      this.say("waiting");
    }
  }

  waiting() {
    return read(this.storage, this.name).length;
  }

  drop(key) {
    this.write(
      read(this.storage, this.name).filter(function (batch) {
        return batch.key !== key;
      }),
    );
  }

  send(leaving) {
    const batch = read(this.storage, this.name)[0];
    if (!batch || (this.sending && !leaving)) return;
    this.sending = true;
    if (!leaving) this.say("sending");
    const self = this;
    fetch(batch.url, {
      method: "POST",
      keepalive: true,
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": this.csrf,
      },
      body: JSON.stringify({
        key: batch.key,
        opened: batch.opened,
        events: batch.events,
      }),
    })
      .then(function (response) {
        self.sending = false;
        return self.answered(batch, response);
      })
      .catch(function () {
        self.sending = false;
        self.failed();
      });
  }

  answered(batch, response) {
    const self = this;
    const type = response.headers.get("Content-Type") || "";
    if (response.redirected || (response.status === 403 && type.indexOf("json") < 0)) {
      this.say("signed_out");
      return null;
    }
    if (response.status >= 500 || response.status === 429) {
      this.failed();
      return null;
    }
    if (!response.ok) {
      // Refused for good: sent again it would be refused again.
      this.drop(batch.key);
      return response
        .json()
        .catch(function () {
          return {};
        })
        .then(function (answer) {
          self.say("refused", answer);
          self.send(false);
        });
    }
    return response.json().then(function (answer) {
      self.retryMs = FIRST_RETRY_MS;
      self.drop(batch.key);
      self.say("saved", answer);
      if (batch.url === self.target) self.onAnswer(answer);
      self.send(false);
    });
  }

  failed() {
    this.say(navigator.onLine === false ? "kept" : "retrying");
    const self = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () {
      self.send(false);
    }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }
}
