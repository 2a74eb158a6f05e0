/* The offline page: which lessons this phone keeps for who read last on it. */

const list = document.getElementById("kept");

async function read(cacheName, path, otherwise) {
  const found = await (await caches.open(cacheName)).match(path);
  return found ? found.json() : otherwise;
}

async function draw() {
  if (!("caches" in window)) return;
  const reader = await read("state", "/-/reader", "");
  // Asking for a store that is not there would make it.
  if (!reader || !(await caches.has("kept-" + reader))) return;
  const lessons = await read("kept-" + reader, "/-/kept", []);
  const row = document.getElementById("kept-row").content;
  lessons.forEach((lesson) => {
    const item = row.cloneNode(true);
    item.querySelector("a").href = lesson.path;
    item.querySelector("[data-title]").textContent = lesson.title;
    item.querySelector("[data-course]").textContent = lesson.course;
    list.appendChild(item);
  });
  document.getElementById("kept-section").hidden = !lessons.length;
  document.getElementById("kept-none").hidden = Boolean(lessons.length);
}

draw();
document.getElementById("again").addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
