// Shows an element of another page here: the one that `data-excerpt` names, as in "/payments/#fees".
// If that page does not answer, the template in this element is shown instead, if there is one.
for (const place of document.querySelectorAll("[data-excerpt]")) {
  const [address, id] = place.dataset.excerpt.split("#");
  const read = async () => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id);
  };
  read().then(
    (element) => {
      if (!element) return;
      element.removeAttribute("id");
      place.replaceChildren(element);
    },
    () => {
      const unanswered = place.querySelector("template");
      if (unanswered) place.replaceChildren(unanswered.content);
    },
  );
}
