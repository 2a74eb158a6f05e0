// In every page and frame before anything else: whatever runs is written down at the top.
(() => {
  const note = (what) => {
    try {
      (top.__ran ||= []).push(what);
    } catch {
      console.error(`ran: ${what}`);
    }
  };
  for (const name of ["alert", "confirm", "prompt", "print"]) {
    window[name] = (words) => note(`${name}(${words})`);
  }
  Object.defineProperty(window, "__pwned", { set: (value) => note(`__pwned=${value}`) });
})();
