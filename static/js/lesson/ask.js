/* Asking the teacher from within a lesson: the form knows which step is shown, and keeps
   the words where the net is gone. Without this the form is an ordinary one. */

const form = document.querySelector("[data-ask-form]");
const fold = document.querySelector("[data-ask-fold]");
const offline = form && form.querySelector("[data-ask-offline]");
const about = form && form.querySelector("[data-ask-about]");

const shown = () => document.querySelector("[data-step]:not([hidden])");

/* The step that is shown is the one that is asked about. */
function follow() {
  const step = shown();
  if (!step || form.elements.block.value === step.dataset.key) return;
  form.elements.block.value = step.dataset.key;
  about.textContent = about.dataset.words.replace("%s", step.dataset.title);
  about.hidden = !step.dataset.key;
}

function tell(isGone) {
  offline.hidden = !isGone;
}

async function hand(event) {
  event.preventDefault();
  const step = shown();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
      credentials: "same-origin",
    });
    if (answer.type === "opaqueredirect") {
      const place = step ? "?step=" + step.dataset.step : "";
      const next = new URL(form.dataset.back + place, location.href);
      // The same address with a fragment would not be read again.
      if (next.pathname + next.search === location.pathname + location.search) {
        location.hash = "ask";
        location.reload();
      } else {
        location.assign(next.href + "#ask");
      }
      return;
    }
    // Something is to be changed: the server's page says what.
    form.submit();
  } catch (error) {
    tell(true);
  }
  button.disabled = false;
}

if (form) {
  follow();
  document.addEventListener("step", () => Promise.resolve().then(follow));
  form.addEventListener("submit", hand);
  window.addEventListener("online", () => tell(false));
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-ask]");
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fold.open = true;
    form.elements.text.focus();
  });
}
