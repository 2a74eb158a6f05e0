/* The lesson page: everything here also works without it, by plain forms. */

import { follow } from "./media.js";
import { Queue } from "./queue.js";

const REPORT_EVERY_MS = 15000;

const lesson = document.getElementById("lesson");
const saved = document.getElementById("saved");
const net = document.getElementById("net");

const SENTENCES = {
  sending: "正在保存…",
  kept: "已记在这台手机上，连上网就替您存好。",
  retrying: "还没存上，正在重试。",
  waiting: "这台手机存不下了，请先别关网页。",
  signed_out: "要重新登录才能保存。学过的已记在这台手机上。",
};

function say(state, answer) {
  if (!saved) return;
  saved.classList.toggle("saved--waiting", state !== "saved");
  if (state === "saved") {
    saved.textContent = "已保存 · " + answer.saved_clock;
    if (net && !net.hidden && queue.waiting() === 0) {
      net.textContent = "网好了，已替您存好。";
      setTimeout(function () {
        net.hidden = true;
      }, 4000);
    }
    return;
  }
  if (state === "refused") {
    saved.textContent = answer.error || "这一条没有存上，请刷新页面再试。";
    return;
  }
  saved.textContent = SENTENCES[state];
  if (state === "signed_out") {
    const link = document.createElement("a");
    link.href = "/accounts/login/?next=" + encodeURIComponent(location.pathname);
    link.textContent = "去登录";
    link.className = "alone";
    saved.appendChild(link);
  }
}

function show(answer) {
  Object.keys(answer.answers || {}).forEach(function (block) {
    const form = document.querySelector('[data-question="' + block + '"]');
    if (form) feedback(form, answer.answers[block]);
  });
  const list = document.querySelector("#left .missing");
  if (list && answer.missing) {
    list.textContent = "";
    answer.missing.forEach(function (sentence) {
      const item = document.createElement("li");
      item.textContent = sentence;
      list.appendChild(item);
    });
  }
  if (finishing) {
    const button = finish.querySelector("button");
    button.disabled = false;
    if (answer.complete) {
      location.href = lesson.getAttribute("data-done-url");
    } else {
      finishing = false;
      tell(answer.missing || []);
    }
  }
}

function tell(sentences) {
  let box = document.getElementById("missing-now");
  if (!box) {
    box = document.createElement("div");
    box.id = "missing-now";
    box.className = "notice notice--warn";
    box.setAttribute("role", "alert");
    finish.parentNode.insertBefore(box, finish);
  }
  box.textContent = sentences.join(" ");
}

function feedback(form, mark) {
  const place = form.querySelector("[data-feedback]");
  const box = document.createElement("div");
  box.className = "fb fb--" + (mark.is_right ? "ok" : "no");
  const words = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = mark.is_right ? "对了！" : "再想想。";
  words.appendChild(strong);
  words.appendChild(document.createTextNode(" " + mark.remarks.join(" ")));
  box.appendChild(words);
  place.textContent = "";
  place.appendChild(box);
  form.setAttribute("data-seq", String(mark.seq));
  const button = form.querySelector("button");
  if (button) button.textContent = "改好了";
}

const queue = new Queue({
  owner: lesson.getAttribute("data-queue"),
  target: lesson.getAttribute("data-progress-url"),
  opened: lesson.getAttribute("data-opened"),
  csrf: lesson.querySelector("[name=csrfmiddlewaretoken]").value,
  say: say,
  onAnswer: show,
});

const finish = document.querySelector("[data-finish]");
let finishing = false;

const wantCaptions = lesson.getAttribute("data-captions") === "on";
const players = Array.prototype.map
  .call(document.querySelectorAll("[data-medium]"), function (box) {
    return follow(box, queue, wantCaptions);
  })
  .filter(Boolean);

function reportAll(leaving) {
  players.forEach(function (player) {
    player.report();
  });
  queue.flush(leaving);
}

Array.prototype.forEach.call(
  document.querySelectorAll("[data-question]"),
  function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const chosen = Array.prototype.map.call(
        form.querySelectorAll("[name=choice]:checked"),
        function (input) {
          return input.value;
        },
      );
      if (!chosen.length) {
        const place = form.querySelector("[data-feedback]");
        place.textContent = "请先选一个答案，再点「选好了」。";
        return;
      }
      const seq = Number(form.getAttribute("data-seq")) + 1;
      form.setAttribute("data-seq", String(seq));
      queue.add({
        type: "answer",
        block: form.getAttribute("data-question"),
        choice: chosen,
        seq: seq,
        attempt: Number(lesson.getAttribute("data-attempt")),
      });
      reportAll(false);
    });
  },
);

Array.prototype.forEach.call(
  document.querySelectorAll("[data-transcript]"),
  function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      queue.add({ type: "transcript", block: form.getAttribute("data-transcript") });
      reportAll(false);
      const words = document.createElement("p");
      words.className = "saved";
      words.setAttribute("role", "status");
      words.textContent = "您读完了文字稿。";
      form.parentNode.replaceChild(words, form);
    });
  },
);

if (finish) {
  finish.addEventListener("submit", function (event) {
    event.preventDefault();
    finishing = true;
    finish.querySelector("button").disabled = true;
    queue.add({ type: "done" });
    reportAll(false);
    // Without the net the button is not dead: it can be pressed again.
    setTimeout(function () {
      finish.querySelector("button").disabled = false;
    }, 3000);
  });
}

setInterval(function () {
  reportAll(false);
}, REPORT_EVERY_MS);
document.addEventListener("visibilitychange", function () {
  if (document.visibilityState === "hidden") reportAll(true);
});
window.addEventListener("pagehide", function () {
  reportAll(true);
});
window.addEventListener("offline", function () {
  net.hidden = false;
  net.textContent = "网断了。您接着学，不要紧。连上网后，我们自动替您存好。";
});
window.addEventListener("online", function () {
  queue.send(false);
});

queue.add({ type: "view" });
queue.flush(false);
