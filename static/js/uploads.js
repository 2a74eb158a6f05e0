/* Files from a phone, in parts: a line that drops goes on where it was, also after the page
   was opened anew and the same files were chosen again. Without this the form sends them
   whole. No syntax after ES2018. */

const form = document.querySelector("[data-uploads]");
const now = document.querySelector("[data-uploads-now]");
const list = document.querySelector("[data-uploads-list]");
const words = document.getElementById("upload-words").dataset;
const partBytes = Number(form.dataset.partBytes);
const HEAD_BYTES = 65536;
const AGAIN_MS = 4000;
const MOST_TRIES = 5;

/* Outside https a browser has no sums; then the server counts the bytes alone. */
const canSum = Boolean(window.crypto && crypto.subtle);

async function sum(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, "0")).join("");
}

const bytesOf = (blob) => new Response(blob).arrayBuffer();

async function keyOf(file) {
  const facts = [file.name, file.size, file.lastModified].join("|");
  if (!canSum) return facts;
  return sum(await bytesOf(new Blob([facts, file.slice(0, HEAD_BYTES)])));
}

class Refused extends Error {}
class SignedOut extends Error {}

function say(text) {
  now.hidden = false;
  now.textContent = text;
}

const fill = (text, facts) => text.replace(/%([tnp])/g, (found, name) => facts[name]);

/* Until the net is there again, or a moment has gone by. */
function later() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, AGAIN_MS);
    window.addEventListener("online", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/* One request, until it is answered. A refusal is an answer; a busy server is none. */
async function ask(url, body, headers) {
  for (let tries = 0; ; ) {
    let answer = null;
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        redirect: "manual",
        credentials: "same-origin",
        headers: Object.assign({ "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }, headers),
      });
    } catch (error) {
      say(words.offline);
    }
    if (answer) {
      if (answer.ok) return answer.json();
      if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
      const told = await answer.json().catch(() => ({}));
      const isLost = answer.status === 409 || answer.status >= 500 || (headers && answer.status === 422);
      tries += 1;
      if (!isLost || tries >= MOST_TRIES) throw new Refused(told.error || words.trouble);
    }
    await later();
  }
}

async function send(file, facts) {
  const opening = new FormData();
  opening.append("key", await keyOf(file));
  opening.append("name", file.name);
  opening.append("size", file.size);
  opening.append("title", facts.title);
  opening.append("collection", facts.collection);
  const opened = await ask(form.dataset.openUrl, opening);
  const total = Math.ceil(file.size / partBytes);
  const have = new Set(opened.have);
  let sums = "";
  for (let number = 0; number < total; number += 1) {
    const part = file.slice(number * partBytes, (number + 1) * partBytes);
    const checksum = canSum ? await sum(await bytesOf(part)) : "";
    sums += checksum;
    say(fill(words.now, Object.assign({ p: Math.floor((100 * number) / total) }, facts.place)));
    if (have.has(number)) continue;
    await ask(opened.parts + number + "/", part, {
      "Content-Type": "application/octet-stream",
      "X-Checksum": checksum,
    });
  }
  say(fill(words.storing, facts.place));
  const ending = new FormData();
  if (canSum) ending.append("checksum", await sum(new TextEncoder().encode(sums)));
  return ask(opened.finish, ending);
}

function show(file, kind, text, link) {
  const row = document.createElement("li");
  row.className = "notice notice--" + kind;
  const body = document.createElement("div");
  body.className = "notice__b";
  [file.name, text].forEach((one, place) => {
    const line = document.createElement("p");
    const held = place ? line : line.appendChild(document.createElement("b"));
    held.textContent = one;
    body.appendChild(line);
  });
  if (link) {
    const line = body.appendChild(document.createElement("p"));
    const way = line.appendChild(document.createElement("a"));
    way.className = "alone";
    way.href = link;
    way.textContent = words.look;
  }
  row.appendChild(body);
  list.appendChild(row);
}

function problem(error) {
  if (error instanceof Refused) return error.message;
  // The phone has taken the file away, or gives no part of it.
  return error instanceof DOMException ? words.unread : words.trouble;
}

async function sendAll(files) {
  const title = form.elements.title.value.trim();
  const place = { t: files.length, n: 0 };
  for (const file of files) {
    place.n += 1;
    const named = title && files.length > 1 ? title + " " + place.n : title;
    try {
      const made = await send(file, { place, title: named, collection: form.elements.collection.value });
      show(file, "ok", made.is_known ? words.known : words.done, made.href);
    } catch (error) {
      if (error instanceof SignedOut) {
        say(words.signedOut);
        return;
      }
      show(file, "err", problem(error));
    }
  }
  say(words.all);
}

form.addEventListener("submit", (event) => {
  const files = Array.from(form.elements.files.files);
  // Nothing chosen: the server's page says so.
  if (!files.length) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const leaving = (gone) => gone.preventDefault();
  button.disabled = true;
  window.addEventListener("beforeunload", leaving);
  list.textContent = "";
  sendAll(files).then(() => {
    button.disabled = false;
    form.elements.files.value = "";
    window.removeEventListener("beforeunload", leaving);
  });
});
