/* What was tapped on a roll and is not on its way yet: on the device, a name never among
   it, only numbers. One draft for each reader and each roll; `isWaiting` says that the
   net was away, so that it is sent without being asked. No syntax after ES2018. */

const PREFIX = "roll:";

export class Draft {
  constructor(owner, url) {
    this.name = PREFIX + owner + ":" + url;
    this.url = url;
    this.isKept = true;
    const stored = this.read();
    this.events = Array.isArray(stored.events) ? stored.events : [];
    this.isWaiting = Boolean(stored.isWaiting) && this.events.length > 0;
  }

  read() {
    try {
      return JSON.parse(window.localStorage.getItem(this.name)) || {};
    } catch (error) {
      this.isKept = false;
      return {};
    }
  }

  write() {
    try {
      if (this.events.length) {
        const held = { events: this.events, isWaiting: this.isWaiting };
        window.localStorage.setItem(this.name, JSON.stringify(held));
      } else {
        window.localStorage.removeItem(this.name);
      }
      this.isKept = true;
    } catch (error) {
      this.isKept = false;
    }
  }

  /* The newest word of the same thing is enough. */
  add(event) {
    const isOther = (one) => one.type !== event.type || one.block !== event.block;
    this.events = this.events.filter(isOther).concat([event]);
    this.write();
  }

  wait() {
    if (this.isWaiting || !this.events.length) return;
    this.isWaiting = true;
    this.write();
  }

  /* What the server did not take is a draft again; what was tapped since stays newer. */
  takeBack(events) {
    const since = this.events;
    this.events = events.slice();
    since.forEach((event) => this.add(event));
    this.write();
  }

  clear() {
    this.events = [];
    this.isWaiting = false;
    this.write();
  }

  /* Seals the draft into a report of the queue, which sends it and sends it again. */
  seal(queue) {
    const own = queue.place.url;
    queue.place.url = this.url;
    this.events.forEach((event) => queue.add(event));
    queue.seal();
    queue.place.url = own;
    this.clear();
  }
}

/* Every draft that this reader has on this device. */
export function draftsOf(owner) {
  const start = PREFIX + owner + ":";
  try {
    return Object.keys(window.localStorage)
      .filter((name) => name.indexOf(start) === 0)
      .map((name) => new Draft(owner, name.slice(start.length)));
  } catch (error) {
    return [];
  }
}
