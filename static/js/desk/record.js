/* «录一段»: a voice from the microphone, heard once more before it is sent. The sound goes
   out plain (WAV, 16 kHz), because what browsers pack differs from phone to phone. Without
   a microphone the form takes a file. No syntax after ES2018. */

const RATE = 16000;
const form = document.querySelector("[data-record]");
const panel = document.querySelector("[data-recorder]");
const part = (name) => document.querySelector(`[data-${name}]`);
const words = document.getElementById("record-words").dataset;
const most = Number(form.dataset.most);
let held = null; // what was recorded last, as a Blob
let stop = null; // ends the recording that runs

const fill = (text, seconds) => text.replace("%s", String(Math.floor(seconds)));
const say = (text) => { part("state").textContent = text; };

/* The samples as a WAV file: one channel, 16 bits. */
function wav(chunks, length) {
  const view = new DataView(new ArrayBuffer(44 + 2 * length));
  const letters = (at, text) => Array.from(text).forEach(
    (one, place) => view.setUint8(at + place, one.charCodeAt(0)),
  );
  letters(0, "RIFF");
  view.setUint32(4, 36 + 2 * length, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, 2 * length, true);
  let at = 44;
  for (const chunk of chunks) {
    for (const one of chunk) {
      view.setInt16(at, Math.max(-1, Math.min(1, one)) * 32767, true);
      at += 2;
    }
  }
  return new Blob([view], { type: "audio/wav" });
}

async function start() {
  const context = new AudioContext();
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    await context.audioWorklet.addModule(form.dataset.worklet);
    await context.resume();
  } catch (error) {
    if (stream) stream.getTracks().forEach((one) => one.stop());
    context.close();
    say(words.refused);
    return;
  }
  const chunks = [];
  let length = 0;
  let loudest = 0;
  const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => {
    if (!stop) return;
    chunks.push(data);
    length += data.length;
    for (const one of data) loudest = Math.max(loudest, Math.abs(one));
    if (length >= most * RATE) stop(true);
    else if (Math.floor(length / RATE) !== Math.floor((length - data.length) / RATE)) {
      say(fill(words.running, length / RATE));
    }
  };
  stop = (isFull) => {
    stop = null;
    stream.getTracks().forEach((one) => one.stop());
    context.close();
    show(false);
    if (!loudest) {
      say(words.silent);
      return;
    }
    keep(wav(chunks, Math.min(length, most * RATE)));
    say(isFull ? words.full : fill(words.done, length / RATE));
  };
  context.createMediaStreamSource(stream).connect(node);
  show(true);
  say(fill(words.running, 0));
}

/* One button at a time, and the one that is there has the focus. */
function show(isRunning) {
  part("start").hidden = isRunning;
  part("stop").hidden = !isRunning;
  part(isRunning ? "stop" : "start").focus();
}

function keep(blob) {
  const player = part("play");
  if (player.src) URL.revokeObjectURL(player.src);
  held = blob;
  player.src = URL.createObjectURL(blob);
  player.hidden = false;
  part("choose").hidden = true;
}

function told(text) {
  part("sent").hidden = false;
  part("sent").textContent = text;
}

async function send(event) {
  if (!held) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const body = new FormData(form);
  body.set("recording", held, "recording.wav");
  button.disabled = true;
  told(words.sending);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      redirect: "manual",
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) told(words.signedOut);
    else {
      const facts = await answer.json();
      if (facts.next) {
        held = null;
        window.location.assign(facts.next);
        return;
      }
      told(facts.error || words.lost);
    }
  } catch (error) {
    told(words.lost);
  }
  button.disabled = false;
}

if (window.AudioWorkletNode && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
  panel.hidden = false;
  part("start").addEventListener("click", start);
  part("stop").addEventListener("click", () => stop && stop(false));
  form.addEventListener("submit", send);
  window.addEventListener("beforeunload", (event) => {
    if (held || stop) event.preventDefault();
  });
}
