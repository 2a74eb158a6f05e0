/* In the editor of pages: when the last saving was, and what is to be mended, anew after
   each saving. Without it the first state of both stands there, and the page of checks. */

document.addEventListener("w-autosave:success", () => {
  const now = new Date();
  const clock = [now.getHours(), now.getMinutes()].map((one) => String(one).padStart(2, "0")).join(":");
  document.querySelectorAll("[data-saved-at]").forEach((place) => {
    place.textContent = clock;
  });
  refresh();
});

/* What the server drew, without running anything in it. */
function draw(panel, html) {
  const drawn = new DOMParser().parseFromString(html, "text/html").body;
  while (panel.firstChild) panel.removeChild(panel.firstChild);
  while (drawn.firstChild) panel.appendChild(drawn.firstChild);
}

let asked = 0;

async function refresh() {
  const panel = document.querySelector("[data-findings]");
  if (!panel || !panel.dataset.findings) return;
  const number = ++asked;
  try {
    const answer = await fetch(panel.dataset.findings, { credentials: "same-origin" });
    // Only the last question counts: answers may overtake each other.
    if (answer.ok && !answer.redirected && number === asked) draw(panel, await answer.text());
  } catch (error) {
    // The net is cut: what was found before still stands there.
  }
}
