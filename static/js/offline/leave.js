/* Signing out: what could not be sent yet is sent first, or asked about. The lessons that
   the phone keeps go as soon as the server has answered a visitor (see worker.js). */

import { Queue } from "../lesson/queue.js";

const form = document.querySelector("[data-leave]");
const question = document.getElementById("unsent");
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
let isDecided = false;

function waitingIn(queue) {
  return queue.shelf.read().reduce((sum, report) => sum + report.events.length, 0);
}

function forget(queue) {
  queue.shelf.read().forEach((report) => queue.shelf.drop(report.key));
}

if (form) {
  const queue = new Queue({ owner: form.dataset.leave, url: "", opened: "", token: token }, () => {
    if (!question.hidden) ask();
  });
  const ask = () => {
    const number = waitingIn(queue);
    question.hidden = number === 0;
    question.querySelector("[data-number]").textContent = number;
  };
  if (queue.isWaiting) {
    queue.flush().then(ask);
  }
  form.addEventListener("submit", (event) => {
    if (!isDecided && waitingIn(queue)) {
      event.preventDefault();
      queue.flush().then(() => {
        ask();
        if (question.hidden) form.submit();
        else question.querySelector("h2").focus();
      });
    }
  });
  document.getElementById("leave-anyway").addEventListener("click", () => {
    isDecided = true;
    forget(queue);
    form.submit();
  });
}
