/* Answers that are put in order or matched. Only lessons that ask so load this, in front of
   the player. No syntax after ES2018: phones of 2019 read this. */

import { all, kinds, words } from "./saving.js";

const rows = (form) => all("[data-item]", form);
const pairs = (form) => all("[data-pair]", form);
const partner = (row) => row.querySelector("select");
const text = (row) => row.querySelector("[data-text]").textContent;

/* The selects say what the order of the rows says, for a form that is sent as it is. */
function number(form) {
  const found = rows(form);
  found.forEach((row, place) => {
    row.querySelector("select").value = String(place + 1);
    const [up, down] = row.querySelectorAll("[data-move]");
    up.setAttribute("aria-disabled", String(place === 0));
    down.setAttribute("aria-disabled", String(place === found.length - 1));
  });
}

function arrange(form, ids) {
  const list = form.querySelector("[data-order]");
  const known = rows(form);
  ids.forEach((id) => {
    const row = known.find((one) => one.dataset.item === id);
    if (row) list.appendChild(row);
  });
  number(form);
}

Object.assign(kinds, {
  ordering: {
    open: openOrder,
    first: (form) => form.querySelector("[data-move]"),
    read: (form) => rows(form).map((row) => row.dataset.item),
    put: arrange,
    words: (form) => rows(form).map(text),
  },
  matching: {
    first: (form) => pairs(form).map(partner).find((select) => !select.value),
    read(form) {
      const found = pairs(form).map((row) => [row.dataset.pair, partner(row).value]);
      return found.every((pair) => pair[1]) ? found.map((pair) => pair.join(":")) : null;
    },
    put(form, answer) {
      pairs(form).forEach((row) => {
        const own = answer.find((one) => one.indexOf(row.dataset.pair + ":") === 0);
        if (own) partner(row).value = own.slice(row.dataset.pair.length + 1);
      });
    },
    words: (form) =>
      pairs(form)
        .filter((row) => partner(row).value)
        .map((row) => text(row) + " — " + partner(row).selectedOptions[0].textContent),
  },
});

function move(form, button) {
  const row = button.closest("[data-item]");
  const list = row.parentNode;
  const isUp = button.dataset.move === "-1";
  const other = isUp ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  list.insertBefore(isUp ? row : other, isUp ? other : row);
  number(form);
  // A row that is moved in the document loses the focus.
  button.focus();
  const place = rows(form).indexOf(row) + 1;
  form.querySelector("[data-moved]").textContent = words.moved
    .replace("%s", text(row))
    .replace("%n", place);
}

/* Buttons take the place of the selects. */
function openOrder(form) {
  const list = form.querySelector("[data-order]");
  if (form.querySelector("fieldset").disabled) return;
  list.classList.add("order--live");
  all("select", list).forEach((select) => {
    select.hidden = true;
  });
  all("[data-moves]", list).forEach((buttons) => {
    buttons.hidden = false;
  });
  number(form);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(form, button);
  });
}
