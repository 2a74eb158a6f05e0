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

/* Rolls that were tapped on this device: see `roll/draft.js`. */
function hasRolls() {
  try {
    const start = "roll:" + form.dataset.leave + ":";
    return Object.keys(window.localStorage).some((name) => name.indexOf(start) === 0);
  } catch (error) {
    return false;
  }
}

/* What waits for the net is sent; what was tapped and never saved goes with the reader. */
function settleRolls(module, queue) {
  module.draftsOf(form.dataset.leave).forEach((draft) => {
    if (draft.isWaiting) draft.seal(queue);
    else form.addEventListener("submit", () => draft.clear());
  });
}

function count(queue) {
  return queue.shelf.read().reduce((sum, report) => sum + report.events.length, 0);
}

function ask(queue) {
  const number = count(queue);
  question.hidden = number === 0;
  question.querySelector("[data-number]").textContent = number;
}

function settle(Queue, rolls) {
  const owner = form.dataset.leave;
  // A roll is sent under the name of its reader, a lesson under what it was opened by.
  const place = { owner: owner, url: "", opened: owner, token: token };
  const queue = new Queue(place, () => {
    if (!question.hidden) ask(queue);
  });
  if (rolls) settleRolls(rolls, queue);
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
if (form && (isWaiting() || hasRolls())) {
  const rolls = hasRolls() ? import("../roll/draft.js") : null;
  Promise.all([import("../lesson/queue.js"), rolls]).then(
    (modules) => settle(modules[0].Queue, modules[1]),
    () => {}
  );
}
