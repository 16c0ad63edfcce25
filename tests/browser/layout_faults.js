// What eyes and thumbs would find wrong in the window's present size: a page that scrolls sideways,
// text cut off, text over text; on phones also targets too small to hit, and a first heading that
// stands too low. Answers a list of sentences.
() => {
  const faults = [];
  const width = document.documentElement.clientWidth;
  const name = (element) =>
    `<${element.tagName.toLowerCase()} class="${element.className.baseVal ?? element.className}">`;

  if (document.documentElement.scrollWidth > width) {
    const beyond = [...document.body.querySelectorAll("*")]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > width + 1)
      .filter((each) => !each.matches(":has(*)") || ![...each.children].some(
        (child) => child.getBoundingClientRect().right > width + 1));
    faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}: ` +
      [...new Set(beyond.map(name))].slice(0, 3).join(", "));
  }

  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || element.closest("script, style, noscript, option")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const rect of range.getClientRects()) {
      // Words for screen readers only stand far to the left, or in a box of one pixel.
      if (rect.width < 2 || rect.right < 0 || element.closest(".usa-sr-only")) continue;
      lines.push({ text, element, rect });
    }
  }
  const said = (line) => `“${line.text.data.trim().slice(0, 40)}” in ${name(line.element)}`;

  for (const line of lines) {
    if (line.rect.left < -1 || line.rect.right > width + 1) {
      faults.push(`beyond the edge: ${said(line)}`);
      continue;
    }
    for (let box = line.element; box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (!/hidden|clip|auto|scroll/.test(style.overflowX + style.overflowY)) continue;
      const edge = box.getBoundingClientRect();
      if (edge.width < 2) break;
      const isCut = line.rect.right > edge.right + 1 || line.rect.left < edge.left - 1 ||
        line.rect.bottom > edge.bottom + 4 || line.rect.top < edge.top - 4;
      if (isCut) faults.push(`cut off: ${said(line)}`);
    }
  }

  // The boxes of lines may touch; only letters over letters count.
  const core = ({ rect }) => ({
    left: rect.left + 1, right: rect.right - 1,
    top: rect.top + rect.height * 0.25, bottom: rect.bottom - rect.height * 0.25,
  });
  const cores = lines.map(core);
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length; j++) {
      const a = cores[i], b = cores[j];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
        faults.push(`overlap: ${said(lines[i])} and ${said(lines[j])}`);
      }
    }
  }

  if (width <= 480) {
    // A link within a sentence may be as small as its words.
    const standsAlone = (link) => {
      let block = link.parentElement;
      while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
      return block.innerText.trim() === link.innerText.trim();
    };
    for (const target of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
      const boxes = [target, ...(target.labels ?? [])]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .map((each) => each.getBoundingClientRect())
        .filter((box) => box.width > 1 && box.right > 0 && box.bottom > 0);
      // The reference of the APIs is Swagger UI's, for developers at desks.
      if (boxes.length === 0 || target.type === "hidden" || target.closest(".swagger-ui")) continue;
      if (target.matches("a") && !standsAlone(target)) continue;
      const isChoice = target.matches("[type=radio], [type=checkbox]");
      const heights = (isChoice ? boxes : boxes.slice(0, 1)).map((box) => box.height);
      if (Math.max(...heights) < 43.5) {
        const words = (target.innerText || target.id).trim().slice(0, 40);
        faults.push(`hard to hit: “${words}” ${name(target)} is ${Math.max(...heights).toFixed(0)} px high`);
      }
    }
  }
  const heading = document.querySelector("h1");
  if (width === 360 && heading) {
    const top = heading.getBoundingClientRect().top + scrollY;
    if (top > 150) faults.push(`the first heading begins ${top.toFixed(0)} px below the top`);
  }
  return [...new Set(faults)];
}
