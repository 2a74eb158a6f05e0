// How many characters a field has, in words, beside fields that say how many fit. It only
// says so: a longer text is kept. The words come with the field, so they are translated.
function words(text, length, most) {
  return text.replace("{n}", length).replace("{most}", most);
}
for (const input of document.querySelectorAll("[data-counter]")) {
  const most = Number(input.dataset.counter);
  const line = document.createElement("p");
  line.className = "field__help counter";
  line.id = `${input.id}_counter`;
  const say = () => {
    const length = Array.from(input.value.trim()).length;
    const over = length > most;
    const text = over ? input.dataset.counterOver : input.dataset.counterWords;
    line.textContent = words(text, length, most);
    line.classList.toggle("counter--over", over);
  };
  // Read aloud with the field, and not after each key.
  const before = input.getAttribute("aria-describedby");
  input.setAttribute("aria-describedby", before ? `${before} ${line.id}` : line.id);
  input.insertAdjacentElement("afterend", line);
  input.addEventListener("input", say);
  say();
}
