/* The service worker: what was opened can be read without the net.

   Every page says in the header «X-Reader» whose it is. Pages are kept under that name,
   and as soon as a page of somebody else comes from the server, all that was kept for
   others is thrown away: one person's page is never shown to another. Pages always come
   from the net first. KNOWN is written in front of this file by the server.
   No syntax after ES2018: phones of 2019 read this. */

const STATE = "state";
const STATIC = "static";
const KEPT = "kept-";
const READER = "/-/reader";
const LIST = "/-/kept";
const DISPLAY = "/-/display";
const HEADER = "X-Reader";
const MOST_LESSONS = 40;
const MOST_STATIC = 200;
const MOST_PICTURE_BYTES = 3000000;
const MOST_RECORDING_BYTES = 25000000;
// So long the net may take where the page is kept here.
const PATIENCE_MS = 6000;
const HASHED = /\.[0-9a-f]{12}\.[a-z0-9]+$/;

/* Requests are counted, so that a late answer to an old one changes no reader. */
let count = 0;
let readerSince = 0;
let settled = Promise.resolve();

self.addEventListener("install", (event) => {
  event.waitUntil(
    Promise.all([keepStatic(self.KNOWN.shell), keepOfflinePage()]).then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(prune().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    count += 1;
    event.respondWith(navigate(event, url, count));
  } else if (url.pathname.indexOf(self.KNOWN.static) === 0) {
    event.respondWith(staticFile(request, url));
  } else if (/^\/(learn\/media|media)\//.test(url.pathname)) {
    event.respondWith(fetch(request).catch(() => keptFile(request, url)));
  }
});

self.addEventListener("message", (event) => {
  const acts = { keep: keep, drop: drop, display: draw };
  const act = acts[event.data.type];
  if (!act) return;
  event.waitUntil(
    act(event.data)
      .catch(() => ({ ok: false }))
      .then((answer) => {
        if (event.ports[0]) event.ports[0].postMessage(answer || { ok: true });
      })
  );
});

// --- Whose pages ------------------------------------------------------------------------

async function readJson(cacheName, path, otherwise) {
  const cache = await caches.open(cacheName);
  const found = await cache.match(path);
  return found ? found.json() : otherwise;
}

async function writeJson(cacheName, path, value) {
  const cache = await caches.open(cacheName);
  await cache.put(path, new Response(JSON.stringify(value)));
}

function currentReader() {
  return settled.then(() => readJson(STATE, READER, ""));
}

/* The server has just answered this reader; what is kept for others goes. */
function setReader(reader, began) {
  settled = settled.then(async () => {
    if (began < readerSince) return;
    readerSince = began;
    if ((await readJson(STATE, READER, "")) !== reader) {
      await writeJson(STATE, READER, reader);
    }
    await dropOthers(reader);
  });
  settled = settled.catch(() => {});
  return settled;
}

async function dropOthers(reader) {
  const names = await caches.keys();
  const others = names.filter((name) => name.indexOf(KEPT) === 0 && name !== KEPT + reader);
  await Promise.all(others.map((name) => caches.delete(name)));
}

// --- Pages --------------------------------------------------------------------------------

async function navigate(event, url, began) {
  const path = url.pathname;
  const asked = fetch(event.request);
  // Looked up meanwhile; whatever becomes of the request is seen below.
  asked.catch(() => {});
  const kept = await keptPage(path);
  try {
    const response = await (kept ? Promise.race([asked, tooLong()]) : asked);
    const reader = response.headers.get(HEADER);
    if (response.status >= 500 && kept) return kept;
    if (reader) {
      const copy = response.ok && kept ? response.clone() : null;
      event.waitUntil(note(reader, began, path, copy));
    }
    return response;
  } catch (error) {
    return kept || offlinePage();
  }
}

function tooLong() {
  return new Promise((resolve, reject) => setTimeout(reject, PATIENCE_MS));
}

/* Remembers who reads; a lesson that is kept already is kept as it is now. */
async function note(reader, began, path, copy) {
  await setReader(reader, began);
  if (copy && (await currentReader()) === reader) {
    const cache = await caches.open(KEPT + reader);
    if (await cache.match(path)) await cache.put(path, copy);
  }
}

async function keptPage(path) {
  const reader = await currentReader();
  if (!reader || !(await caches.has(KEPT + reader))) return null;
  const cache = await caches.open(KEPT + reader);
  return (await cache.match(path)) || null;
}

// --- Keeping a lesson ---------------------------------------------------------------------

/* job: {reader, path, title, course, pictures, recordings, files}. Files are kept because
   somebody asked for them, whatever their size. */
async function keep(job) {
  const reader = await currentReader();
  if (reader && reader !== job.reader) return { ok: false };
  const cache = await caches.open(KEPT + job.reader);
  if (!(await cache.match(job.path))) {
    count += 1;
    const began = count;
    const page = await fetch(job.path, { credentials: "same-origin" });
    if (!page.ok || page.redirected || page.headers.get(HEADER) !== job.reader) {
      if (page.headers.get(HEADER)) await setReader(page.headers.get(HEADER), began);
      return { ok: false };
    }
    await setReader(job.reader, began);
    await cache.put(job.path, page);
  }
  await Promise.all(
    job.pictures
      .map((path) => keepFile(cache, path, MOST_PICTURE_BYTES))
      .concat(job.recordings.map((path) => keepFile(cache, path, MOST_RECORDING_BYTES)))
  );
  const kept = await Promise.all(job.files.map((path) => keepFile(cache, path, Infinity)));
  await enter(job);
  // Somebody else may have signed in meanwhile.
  if ((await currentReader()) !== job.reader) {
    await caches.delete(KEPT + job.reader);
    return { ok: false };
  }
  return { ok: kept.every(Boolean) };
}

async function keepFile(cache, path, most) {
  if (await cache.match(path)) return true;
  try {
    const response = await fetch(path, { credentials: "same-origin" });
    const size = Number(response.headers.get("Content-Length") || 0);
    if (response.status !== 200 || size > most) return false;
    await cache.put(path, response);
    return true;
  } catch (error) {
    // No room on the phone, or the net went away.
    return false;
  }
}

/* Puts the lesson into the list of kept ones; the oldest beyond the limit goes. */
async function enter(job) {
  const name = KEPT + job.reader;
  const list = await readJson(name, LIST, []);
  const known = list.find((one) => one.path === job.path);
  const files = job.pictures.concat(job.recordings, job.files, known ? known.files : []);
  const entry = {
    path: job.path,
    title: job.title,
    course: job.course,
    files: files.filter((path, place) => files.indexOf(path) === place),
  };
  const next = [entry].concat(list.filter((one) => one.path !== job.path));
  const cache = await caches.open(name);
  for (const old of next.splice(MOST_LESSONS)) {
    await Promise.all([old.path].concat(old.files).map((path) => cache.delete(path)));
  }
  await writeJson(name, LIST, next);
}

/* Takes files off the phone again, for instance a video. */
async function drop(job) {
  const reader = await currentReader();
  if (reader !== job.reader) return { ok: false };
  const cache = await caches.open(KEPT + reader);
  await Promise.all(job.files.map((path) => cache.delete(path)));
  return { ok: true };
}

// --- Files ------------------------------------------------------------------------------------

async function keptFile(request, url) {
  const reader = await currentReader();
  const cache = await caches.open(KEPT + reader);
  const found = await cache.match(url.pathname);
  if (!found) return Response.error();
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") || "");
  return range ? part(found, Number(range[1]), range[2]) : found;
}

/* A player asks for a part; what is kept is the whole. */
async function part(whole, from, until) {
  const blob = await whole.blob();
  const to = until === "" ? blob.size - 1 : Math.min(Number(until), blob.size - 1);
  if (from > to) {
    return new Response(null, {
      status: 416,
      headers: { "Content-Range": "bytes */" + blob.size },
    });
  }
  return new Response(blob.slice(from, to + 1), {
    status: 206,
    headers: {
      "Content-Type": whole.headers.get("Content-Type") || "application/octet-stream",
      "Content-Range": "bytes " + from + "-" + to + "/" + blob.size,
      "Content-Length": String(to + 1 - from),
      "Accept-Ranges": "bytes",
    },
  });
}

/* A hashed file never changes: from here if it is here. Others come from the net first. */
async function staticFile(request, url) {
  const cache = await caches.open(STATIC);
  const isHashed = HASHED.test(url.pathname);
  const found = await cache.match(url.pathname);
  if (found && isHashed) return found;
  try {
    const response = await fetch(request);
    if (response.status === 200) await cache.put(url.pathname, response.clone());
    return response;
  } catch (error) {
    return found || Response.error();
  }
}

async function keepStatic(paths) {
  const cache = await caches.open(STATIC);
  await Promise.all(
    paths.map(async (path) => {
      if (HASHED.test(path) && (await cache.match(path))) return;
      const response = await fetch(path);
      if (response.status === 200) await cache.put(path, response);
    })
  );
}

async function prune() {
  const cache = await caches.open(STATIC);
  const all = await cache.keys();
  await Promise.all(
    all.slice(0, Math.max(0, all.length - MOST_STATIC)).map((one) => cache.delete(one))
  );
}

/* The offline page, drawn for the size and colours that the reader has now. */
async function keepOfflinePage() {
  const response = await fetch(self.KNOWN.offline, { credentials: "same-origin" });
  if (!response.ok) return;
  const cache = await caches.open(STATE);
  await cache.put(self.KNOWN.offline, response);
}

/* Drawn anew when the reader has chosen another size, other colours, another language. */
async function draw(job) {
  if ((await readJson(STATE, DISPLAY, "")) === job.display) return;
  await keepOfflinePage();
  await writeJson(STATE, DISPLAY, job.display);
}

async function offlinePage() {
  const cache = await caches.open(STATE);
  return (await cache.match(self.KNOWN.offline)) || Response.error();
}
