/* Marking by keys: 1, 2, 3 press the three buttons. What is being typed is left alone. */

const form = document.querySelector("[data-marking]");
const TYPING = ["TEXTAREA", "SELECT", "INPUT"];

function isTyping(target) {
  return TYPING.indexOf(target.tagName) >= 0 && target.type !== "checkbox";
}

let isSent = false;

if (form) {
  form.addEventListener("submit", () => {
    isSent = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isSent || isTyping(event.target)) return;
    const button = form.querySelector('[data-key="' + event.key + '"]');
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
