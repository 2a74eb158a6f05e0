/* The searches of this device, newest first. They stay in the browser's storage: the
   server is not told. They belong to who is signed in; somebody else's are dropped.
   No syntax after ES2018: phones of 2019 read this. */

const KEY = "street-searches";
const MOST = 8;

function read(owner) {
  try {
    const stored = JSON.parse(window.localStorage.getItem(KEY));
    if (stored && stored.owner === owner && Array.isArray(stored.words)) {
      return stored.words.filter((word) => typeof word === "string").slice(0, MOST);
    }
    if (stored) window.localStorage.removeItem(KEY);
  } catch (error) {
    // No storage, or not ours: as if nothing had been searched.
  }
  return [];
}

function write(owner, words) {
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ owner: owner, words: words }));
  } catch (error) {
    // A full or forbidden storage costs the list alone.
  }
}

function show(box, words) {
  const list = box.querySelector("ul");
  const row = box.querySelector("template");
  list.textContent = "";
  words.forEach((word) => {
    const item = row.content.cloneNode(true);
    const link = item.querySelector("a");
    link.href = link.getAttribute("href") + "?q=" + encodeURIComponent(word);
    link.querySelector("span").textContent = word;
    list.appendChild(item);
  });
  box.hidden = words.length === 0;
}

const box = document.getElementById("recent");
if (box) {
  const owner = box.dataset.owner || "";
  const words = read(owner);
  // The list shows what was searched before this page, and only where it helps.
  if (!box.dataset.query) show(box, words);
  if (box.dataset.query) {
    const rest = words.filter((word) => word !== box.dataset.query);
    write(owner, [box.dataset.query].concat(rest).slice(0, MOST));
  }
  box.querySelector("button").addEventListener("click", () => {
    window.localStorage.removeItem(KEY);
    show(box, []);
    document.querySelector("input[type=search]").focus();
  });
}
