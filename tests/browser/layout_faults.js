// What eyes would see go wrong in the window's present size: a page that scrolls sideways, text cut
// off, text over text. Answers a list of sentences.
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
  return [...new Set(faults)];
}
