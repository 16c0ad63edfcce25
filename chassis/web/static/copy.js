// Copies the address of what others see; without this script there is a link to it instead.
for (const place of document.querySelectorAll("[data-copy]")) {
  const [link, button, said] = [place.querySelector("a"), place.querySelector("button"), place.querySelector("output")];
  if (!navigator.clipboard) continue;
  link.hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.dataset.copy);
    said.textContent = said.dataset.copied;
  });
}
