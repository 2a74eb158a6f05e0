// Everything that a person could do to the elements within `selector`, and what they are.
async (selector) => {
  const events = [
    "click", "dblclick", "auxclick", "contextmenu", "mousedown", "mouseup", "mouseover",
    "mouseenter", "mouseleave", "mousemove", "pointerdown", "pointerover", "pointerrawupdate",
    "touchstart", "focus", "focusin", "blur", "keydown", "keyup", "input", "beforeinput",
    "change", "submit", "reset", "invalid", "select", "toggle", "beforetoggle", "close",
    "cancel", "load", "error", "begin", "end", "repeat", "play", "canplay", "loadstart",
    "animationstart", "animationend", "animationcancel", "transitionend", "transitionrun",
    "drag", "dragstart", "dragenter", "drop", "copy", "cut", "paste", "wheel", "scroll",
    "start", "bounce", "finish", "show", "message", "hashchange", "popstate", "pageshow",
  ];
  // Nothing leads away while it is looked at; handlers of the page itself run before.
  addEventListener("click", (event) => event.preventDefault());
  addEventListener("submit", (event) => event.preventDefault());
  const elements = [...document.querySelectorAll(`${selector} *`)];
  for (const element of elements) {
    // Without a handler of its own an element gets what a mouse and a keyboard do.
    const isArmed = [...element.attributes].some((one) => one.name.startsWith("on"));
    for (const name of isArmed ? events : events.slice(0, 4)) {
      element.dispatchEvent(new Event(name, { bubbles: false, cancelable: true }));
    }
  }
  await new Promise((done) => setTimeout(done, 40));
  const schemes = ["http:", "https:", "mailto:", "tel:"];
  const leading = [...document.querySelectorAll("a, area")].filter(
    (link) => link.hasAttribute("href") && !schemes.includes(link.protocol),
  );
  const living = document.querySelectorAll(
    ["script", "iframe", "object", "embed", "form", "style", "link", "base", "meta", "template"]
      .map((name) => `${selector} ${name}`)
      .join(","),
  );
  const handlers = elements.filter((one) => [...one.attributes].some((a) => a.name.startsWith("on")));
  return {
    ran: window.__ran ?? [],
    bad: [...leading, ...living, ...handlers].map((one) => one.outerHTML.slice(0, 200)),
    elements: elements.length,
  };
};
