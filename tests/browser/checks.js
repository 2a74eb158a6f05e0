/* What a page must keep, counted in the page itself; each returns a list of findings.
   The numbers are those of the interface's specification (UX-…, ELD-…). */
window.checks = (() => {
  const DRAWN = "svg,script,style,noscript,template,option,video,audio";
  const MAIN = ".btn,.opt,.say,.find input";
  const words = (el) => (el.innerText || el.value || el.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 24);
  const name = (el) => `${el.tagName.toLowerCase()}${el.className && typeof el.className === "string" ? "." + el.className.trim().split(/\s+/).join(".") : ""} «${words(el)}»`;
  const isShown = (el) => {
    if (!el.checkVisibility({ visibilityProperty: true })) return false;
    if (el.closest(".vh,.skip,[hidden]")) return false;
    const box = el.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  const px = (value) => parseFloat(value) || 0;
  const unique = (list) => [...new Set(list)];

  function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (walker.currentNode.data.trim() && !parent.closest(DRAWN) && isShown(parent)) yield [walker.currentNode, parent];
    }
  }

  /* UX-TYPE-1, 3, 4; ELD-01, ELD-02. */
  function type(size) {
    const floor = { standard: 16, large: 20, xlarge: 24 }[size];
    const body = { standard: 18, large: 22, xlarge: 30 }[size];
    const found = [];
    const base = getComputedStyle(document.body);
    if (px(base.fontSize) < body) found.push(`body ${base.fontSize} < ${body}px`);
    if (px(base.lineHeight) / px(base.fontSize) < 1.69) found.push(`body line ${base.lineHeight}`);
    for (const [, parent] of texts()) {
      const style = getComputedStyle(parent);
      if (px(style.fontSize) < floor - 0.05) found.push(`text ${style.fontSize} < ${floor}px: ${name(parent)}`);
      if (style.fontStyle !== "normal") found.push(`italic: ${name(parent)}`);
      if (style.textAlign === "justify") found.push(`justified: ${name(parent)}`);
      if (style.textDecorationLine.includes("underline") && !parent.closest("a,mark,button,summary")) found.push(`underlined: ${name(parent)}`);
    }
    for (const el of document.querySelectorAll("h1,h2,h3,h4,p,li,dd,td")) {
      if (!isShown(el) || !el.innerText.trim()) continue;
      const style = getComputedStyle(el);
      const size_ = px(style.fontSize);
      const isProse = el.matches(".prose p,.prose li");
      const least = isProse ? 1.69 : 1.29;
      if (el.matches(".date")) continue;
      if (style.lineHeight !== "normal" && px(style.lineHeight) / size_ < least) found.push(`line ${(px(style.lineHeight) / size_).toFixed(2)} < ${least}: ${name(el)}`);
      const inner = el.clientWidth - px(style.paddingLeft) - px(style.paddingRight);
      if (el.matches("p:not(.row,.meta,:lang(en))") && el.clientHeight > 1.9 * px(style.lineHeight) && inner / size_ > 34.6) found.push(`line of ${(inner / size_).toFixed(1)} characters: ${name(el)}`);
    }
    const share = size === "standard" ? 1.1 : 1.3;
    for (const el of document.querySelectorAll(".prose>p+p")) {
      if (!isShown(el)) continue;
      const gap = el.getBoundingClientRect().top - el.previousElementSibling.getBoundingClientRect().bottom;
      const line = px(getComputedStyle(el).lineHeight);
      if (gap < share * line - 1) found.push(`paragraph gap ${gap.toFixed(0)} < ${share} × ${line.toFixed(0)}: ${name(el)}`);
    }
    return unique(found);
  }

  /* The place where a tap counts: the row of a choice, the card of a heading's link. */
  function boxOf(el) {
    if (el.matches("input[type=radio],input[type=checkbox]")) {
      const label = el.closest("label") || document.querySelector(`label[for="${el.id}"]`);
      if (label) return label.getBoundingClientRect();
    }
    const after = getComputedStyle(el, "::after");
    const isStretched = after.content !== "none" && after.position === "absolute" && getComputedStyle(el).position === "static";
    if (isStretched && el.offsetParent) return el.offsetParent.getBoundingClientRect();
    return el.getBoundingClientRect();
  }
  /* A link among the words of a sentence is exempt (WCAG 2.5.8). */
  function isInSentence(el) {
    if (!el.matches("a") || getComputedStyle(el).display !== "inline") return false;
    const block = el.closest("p,li,dd,td,figcaption,small,label");
    if (!block) return false;
    let own = 0;
    for (const link of block.querySelectorAll("a")) own += link.innerText.trim().length;
    return block.innerText.trim().length > own + 1;
  }
  function targets() {
    const list = [];
    for (const el of document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0'],audio[controls],video[controls]")) {
      if (el.matches(".skip") || el.closest(".vh,.skip")) continue;
      if (!isShown(el) && !el.matches("input[type=radio],input[type=checkbox]")) continue;
      if (isInSentence(el)) continue;
      const box = boxOf(el);
      if (box.width < 2) continue;
      list.push({ el, box, bar: el.closest(".tabs,.dock,.lz__nav") });
    }
    return list;
  }
  /* UX-TAP-1, ELD-07. */
  function taps(size) {
    const main = size === "standard" ? 52 : 64;
    const other = size === "standard" ? 48 : 60;
    const found = [];
    for (const { el, box } of targets()) {
      const least = el.matches(MAIN) || el.closest(".opt") ? main : other;
      if (box.height < least - 0.6) found.push(`${box.height.toFixed(0)} px high < ${least}: ${name(el)}`);
      if (box.width < 47.4) found.push(`${box.width.toFixed(0)} px wide < 48: ${name(el)}`);
    }
    return unique(found);
  }
  /* UX-TAP-2. */
  function gaps() {
    const found = [];
    const list = targets();
    for (let i = 0; i < list.length; i += 1) {
      for (let j = i + 1; j < list.length; j += 1) {
        const [a, b] = [list[i], list[j]];
        if (a.bar !== b.bar || a.el.contains(b.el) || b.el.contains(a.el)) continue;
        const dx = Math.max(0, a.box.left - b.box.right, b.box.left - a.box.right);
        const dy = Math.max(0, a.box.top - b.box.bottom, b.box.top - a.box.bottom);
        if (Math.hypot(dx, dy) < 7.4) found.push(`${Math.hypot(dx, dy).toFixed(0)} px between ${name(a.el)} and ${name(b.el)}`);
      }
    }
    return unique(found);
  }

  /* UX-FLOW-1. */
  function reflow() {
    const width = document.documentElement.clientWidth;
    const found = [];
    if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return found;
    for (const el of document.body.querySelectorAll("*")) {
      if (!isShown(el) || el.closest("svg svg,.scroll")) continue;
      const box = el.getBoundingClientRect();
      if (box.right > width + 1 && getComputedStyle(el).position !== "fixed") found.push(`${box.right.toFixed(0)} > ${width}: ${name(el)}`);
    }
    return unique([`${document.documentElement.scrollWidth} px wide > ${width}`, ...found.slice(-3)]);
  }
  /* Words that their own box cuts off. */
  function cut() {
    const found = [];
    for (const el of document.querySelectorAll(".btn,.pill,.tag,.chip,.tabs a,h1,h2,h3,dt,dd,legend,summary,.opt")) {
      if (!isShown(el)) continue;
      const style = getComputedStyle(el);
      if (style.display === "inline") continue;
      const clips = style.overflowY !== "visible";
      if (el.scrollWidth > el.clientWidth + 2 || (clips && el.scrollHeight > el.clientHeight + 2)) found.push(`words leave their box: ${name(el)}`);
    }
    return unique(found);
  }
  /* UX-FLOW-3: what stays in place covers at most a fifth of a small screen. */
  function bars() {
    let covered = 0;
    for (const el of document.body.querySelectorAll("*")) {
      const { position, top, bottom } = getComputedStyle(el);
      // What keeps its place sideways only moves up and down with the page.
      const stays = position === "sticky" && (top !== "auto" || bottom !== "auto");
      if (isShown(el) && (position === "fixed" || (stays && !el.matches(".side--stick")))) covered += el.getBoundingClientRect().height;
    }
    return covered > 0.2 * innerHeight ? [`bars cover ${covered.toFixed(0)} of ${innerHeight} px`] : [];
  }

  /* Old browsers drop these rules whole; the page must still fit. */
  function strip() {
    const sweep = (sheet) => {
      for (let i = sheet.cssRules.length - 1; i >= 0; i -= 1) {
        const rule = sheet.cssRules[i];
        const isNew = rule.constructor.name === "CSSContainerRule" || (rule.selectorText || "").includes(":has");
        if (isNew) sheet.deleteRule(i);
        else if (rule.cssRules && rule.cssRules.length) sweep(rule);
      }
    };
    for (const sheet of document.styleSheets) sweep(sheet);
  }
  /* WCAG 1.4.12: a reader's own spacing. */
  function space(isOn) {
    if (!isOn) { document.adoptedStyleSheets = []; return; }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}");
    document.adoptedStyleSheets = [sheet];
  }

  /* UX-FOC-1, UX-FLOW-3: every stop shows where one is, and no bar lies over it. */
  function focus(isForced) {
    const found = [];
    const stops = [...document.querySelectorAll("a[href],button:not([disabled]),input:not([type=hidden]):not([disabled]),select,textarea,summary,[tabindex='0']")];
    for (const el of stops) {
      if (!el.checkVisibility({ visibilityProperty: true }) || el.closest(".vh")) continue;
      el.focus({ focusVisible: true });
      if (document.activeElement !== el) continue;
      const ring = [getComputedStyle(el), getComputedStyle(el, "::after")];
      const holder = el.closest(".opt");
      if (holder) ring.push(getComputedStyle(holder));
      if (!ring.some((style) => style.outlineStyle !== "none" && px(style.outlineWidth) >= 2)) found.push(`no outline of 2 px: ${name(el)}`);
      if (isForced) continue;
      const box = boxOf(el);
      const bar = [...document.querySelectorAll(".tabs,.dock,.lz__nav")].find((one) => isShown(one) && getComputedStyle(one).position === "fixed");
      if (bar && !bar.contains(el)) {
        const top = bar.getBoundingClientRect().top;
        if (box.bottom > top + 1 && box.top > 0 && box.height < top) found.push(`under the bar by ${(box.bottom - top).toFixed(0)} px: ${name(el)}`);
      }
      if (box.bottom < 1 || box.top > innerHeight - 1) found.push(`out of sight: ${name(el)}`);
    }
    if (document.activeElement) document.activeElement.blur();
    scrollTo(0, 0);
    return unique(found);
  }

  /* UX-MOT-1. */
  function motion(isReduced) {
    const found = document.getAnimations().filter((one) => one.playState === "running" && one.effect.getTiming().iterations !== 1).map(() => "an animation runs");
    const most = isReduced ? 0 : 0.15;
    for (const el of document.body.querySelectorAll("*")) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(el, pseudo);
        const longest = Math.max(...style.transitionDuration.split(",").map(px));
        if (!isShown(el)) break;
        if (longest > most) found.push(`transition of ${longest} s: ${name(el)}`);
        if (style.animationName !== "none") found.push(`animation: ${name(el)}`);
      }
    }
    return unique(found);
  }

  /* UX-PRT-1. */
  function print() {
    const found = [];
    for (const el of document.querySelectorAll(".tabs,.dock,.lz__nav,.top nav,.tool,.skip,.btn,video,audio")) {
      if (el.checkVisibility() && el.getBoundingClientRect().height > 1) found.push(`printed: ${name(el)}`);
    }
    const style = getComputedStyle(document.body);
    if (px(style.fontSize) < 18.6) found.push(`prints at ${style.fontSize}`);
    for (const [, parent] of texts()) {
      const colour = getComputedStyle(parent).color;
      if (!/^rgb\((0, 0, 0|142, 36, 21|255, 255, 255)\)$/.test(colour)) found.push(`prints in ${colour}: ${name(parent)}`);
    }
    if (style.backgroundColor !== "rgb(255, 255, 255)") found.push(`prints on ${style.backgroundColor}`);
    return unique(found);
  }

  function frame() {
    const found = [];
    if (document.querySelectorAll("h1").length !== 1) found.push(`${document.querySelectorAll("h1").length} h1`);
    if (!document.querySelector("main#main")) found.push("no main");
    if (document.body.querySelector("a.skip") !== document.body.firstElementChild) found.push("the skip link is not first");
    if (!document.querySelector(".top,.lz__top")) found.push("no header of the site");
    if (!document.querySelector(".help,.help-line")) found.push("no help");
    return found;
  }

  // A label, a summary of errors or a drawing would point at the wrong one.
  function ids() {
    const seen = new Set();
    return [...document.querySelectorAll("[id]")]
      .filter((el) => seen.has(el.id) || !seen.add(el.id))
      .map((el) => `${el.tagName.toLowerCase()}#${el.id} is there twice`);
  }

  /* Several of these in several sizes of letters, in one go; each finding says where. */
  function each(sizes, names) {
    const all = { type, taps, gaps, reflow, cut, bars, focus: () => focus(false) };
    const found = [];
    for (const size of sizes) {
      document.documentElement.dataset.size = size;
      for (const one of names) found.push(...all[one](size).map((line) => `${size}, ${one}: ${line}`));
    }
    return found;
  }

  return { ids, type, taps, gaps, reflow, cut, bars, strip, space, focus, motion, print, frame, each };
})();
