// Shows here what another page says: the element that `data-excerpt` names, as in "/payments/#fees".
// Where that page does not answer, what the template in it says is shown; else the place stays as it is.
for (const place of document.querySelectorAll("[data-excerpt]")) {
  const [address, id] = place.dataset.excerpt.split("#");
  const read = async () => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id);
  };
  read().then(
    (found) => {
      if (!found) return;
      found.removeAttribute("id");
      place.replaceChildren(found);
    },
    () => {
      const unanswered = place.querySelector("template");
      if (unanswered) place.replaceChildren(unanswered.content);
    },
  );
}
