/* What was watched of a video or recording, as intervals in seconds. */

const SHORTEST_S = 1;
/* A step longer than this between two moments was a jump, not watching. */
const JUMP_S = 3;
/* A place before this is the beginning; it never overwrites a real one. */
const BEGINNING_S = 3;

function clock(seconds) {
  const whole = Math.floor(seconds);
  return Math.floor(whole / 60) + " 分 " + (whole % 60) + " 秒";
}

export function follow(box, queue, wantCaptions) {
  const player = box.querySelector("video, audio");
  if (!player) return;
  const block = box.getAttribute("data-medium");
  const words = {
    resume: box.querySelector("[data-resume-button]"),
    restart: box.querySelector("[data-restart]"),
    slower: box.querySelector("[data-slower]"),
  };
  let epoch = Number(box.getAttribute("data-epoch")) || 0;
  let resume = Number(box.getAttribute("data-resume")) || 0;
  let start = null;
  let last = null;

  function close() {
    if (start !== null && last !== null && last - start >= SHORTEST_S) {
      queue.add({ type: "watch", block: block, from: start, to: last });
      if (last >= BEGINNING_S || epoch > 0) {
        queue.add({ type: "position", block: block, epoch: epoch, at: last });
      }
    }
    start = null;
  }

  function step() {
    if (player.seeking) return;
    const now = player.currentTime;
    if (start === null) {
      start = now;
    } else if (now < last || now - last > JUMP_S * Math.max(1, player.playbackRate)) {
      close();
      start = now;
    }
    last = now;
  }

  function goTo(seconds) {
    // The length is known only once the first bytes have come.
    if (player.readyState > 0) {
      player.currentTime = seconds;
    } else {
      player.addEventListener("loadedmetadata", function once() {
        player.removeEventListener("loadedmetadata", once);
        player.currentTime = seconds;
      });
    }
  }

  player.addEventListener("timeupdate", function () {
    if (!player.paused) step();
  });
  player.addEventListener("seeking", close);
  player.addEventListener("pause", function () {
    step();
    close();
    queue.flush(false);
  });
  player.addEventListener("ended", function () {
    close();
    queue.flush(false);
  });
  if (wantCaptions) {
    player.addEventListener("loadedmetadata", function () {
      if (player.textTracks && player.textTracks[0]) {
        player.textTracks[0].mode = "showing";
      }
    });
  }

  box.querySelector("[data-tools]").hidden = false;
  if (resume >= BEGINNING_S) {
    goTo(resume);
    words.resume.textContent = "接着上次的 " + clock(resume) + " 看";
    words.resume.hidden = false;
    words.restart.hidden = false;
  }
  words.resume.addEventListener("click", function () {
    goTo(resume);
    player.play();
  });
  words.restart.addEventListener("click", function () {
    close();
    epoch += 1;
    resume = 0;
    queue.add({ type: "position", block: block, epoch: epoch, at: 0 });
    goTo(0);
    words.resume.hidden = true;
    player.play();
  });
  words.slower.addEventListener("click", function () {
    const slow = player.playbackRate >= 1;
    player.playbackRate = slow ? 0.75 : 1;
    words.slower.setAttribute("aria-pressed", String(slow));
  });

  return {
    /* Called every few seconds and when the page goes away. */
    report: function () {
      if (start !== null && !player.paused) {
        step();
        const here = last;
        close();
        start = here;
        last = here;
      }
    },
  };
}
