/* Signing out: what could not be sent yet is sent first, or asked about. The lessons that
   the phone keeps go as soon as the server has answered a visitor (see worker.js). */

const form = document.querySelector("[data-leave]");
const question = document.getElementById("unsent");
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
let isDecided = false;

function isWaiting() {
  try {
    return window.localStorage.getItem("learn:" + form.dataset.leave) !== null;
  } catch (error) {
    return false;
  }
}

function count(queue) {
  return queue.shelf.read().reduce((sum, report) => sum + report.events.length, 0);
}

function ask(queue) {
  const number = count(queue);
  question.hidden = number === 0;
  question.querySelector("[data-number]").textContent = number;
}

function settle(Queue) {
  const place = { owner: form.dataset.leave, url: "", opened: "", token: token };
  const queue = new Queue(place, () => {
    if (!question.hidden) ask(queue);
  });
  queue.flush().then(() => ask(queue));
  form.addEventListener("submit", (event) => {
    if (isDecided || !count(queue)) return;
    event.preventDefault();
    queue.flush().then(() => {
      ask(queue);
      if (question.hidden) form.submit();
      else question.querySelector("h2").focus();
    });
  });
  document.getElementById("leave-anyway").addEventListener("click", () => {
    isDecided = true;
    queue.shelf.read().forEach((report) => queue.shelf.drop(report.key));
    form.submit();
  });
}

// Mostly nothing waits, and then nothing more is needed.
if (form && isWaiting()) {
  import("../lesson/queue.js").then((module) => settle(module.Queue), () => {});
}
