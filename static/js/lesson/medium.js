/* A video or a recording: where one was, what was really played, how fast. */

import { all, queue, report, words } from "./saving.js";

// A place before this is the beginning; it never overwrites a real one.
const BEGINNING_S = 3;

const round = (seconds) => Math.round(seconds * 100) / 100;

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
    const kept = queue && queue.placeOf(this.block);
    if (kept && (kept.epoch > this.epoch || (kept.epoch === this.epoch && kept.at > this.resume))) {
      this.epoch = kept.epoch;
      this.resume = kept.at;
    }
    this.listen();
    this.offerTools();
  }

  listen() {
    const player = this.player;
    const place = () => {
      if (Math.abs(player.currentTime - this.resume) > 1) player.currentTime = this.resume;
    };
    if (player.readyState > 0 && player.paused) place();
    player.addEventListener("loadedmetadata", place);
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
    if (!queue || !range || range.to <= range.from) return;
    queue.add({ type: "watch", block: this.block, from: round(range.from), to: round(range.to) });
  }

  /* Hands what is new to the queue. */
  report() {
    this.keep();
    const at = Math.round(Math.min(this.player.currentTime, this.length) * 10) / 10;
    if (!queue || !this.player.played.length || at < BEGINNING_S || at === this.told) return;
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
      all(selector, tools).forEach((button) =>
        button.addEventListener("click", () => act(button))
      );
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
      if (queue) queue.add({ type: "position", block: this.block, epoch: this.epoch, at: 0 });
      play();
    });
    press("[data-rate]", (button) => {
      all("[data-rate]", tools).forEach((one) =>
        one.setAttribute("aria-pressed", String(one === button))
      );
      player.defaultPlaybackRate = player.playbackRate = Number(button.dataset.rate);
    });
  }
}

export function openMedia() {
  return all("[data-medium]")
    .map((box) => ({ box: box, player: box.querySelector("video,audio") }))
    .filter((one) => one.player)
    .map((one) => new Medium(one.box, one.player));
}
