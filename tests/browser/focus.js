// What the keyboard has reached: its name and what is wrong with it, or null when it is the page.
async () => {
  // What slides into view is seen once it has arrived.
  await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})));
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) return null;
  const name = `<${here.tagName.toLowerCase()} id="${here.id}" class="${here.className}"> ` +
    (here.innerText ?? here.name ?? "").trim().slice(0, 40);
  // A styled choice shows its focus on the label, or on what is drawn over the input.
  const bearers = [here, ...(here.labels ?? []), here.nextElementSibling, here.parentElement]
    .filter(Boolean);
  const look = () => bearers.flatMap((bearer) => [null, "::before", "::after"].map((part) => {
    const style = getComputedStyle(bearer, part);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 &&
      !/rgba\(.*, 0\)|transparent/.test(style.outlineColor) ? style.outline : "";
    return { bearer, seen: outline + (style.boxShadow === "none" ? "" : style.boxShadow) };
  }));
  const focused = look();
  here.blur();
  const unfocused = look();
  here.focus({ preventScroll: true });

  const shown = focused.filter((each, n) => each.seen && each.seen !== unfocused[n].seen);
  const faults = [];
  if (shown.length === 0) faults.push("its focus cannot be seen");
  const isInView = ({ bearer }) => {
    const { top, bottom, left, right, width, height } = bearer.getBoundingClientRect();
    const tall = height > innerHeight;
    return width > 0 && height > 0 && left >= -2 && right <= innerWidth + 2 &&
      (tall ? top < innerHeight && bottom > 0 : top >= -2 && bottom <= innerHeight + 2);
  };
  if (shown.length > 0 && !shown.some(isInView)) faults.push("it is out of view");

  const seen = (window.reachedByKeyboard ??= new Set());
  const isRepeated = seen.has(here);
  seen.add(here);
  return { name, faults, isRepeated };
}
