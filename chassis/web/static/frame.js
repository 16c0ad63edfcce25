// On pages that are the same for everybody, shows who is signed in, and where they may go.
// The session's end is what the pages of signed-in people note; for others nothing is asked.
if (Number(localStorage.getItem("session-ends")) > Date.now()) {
  const { frame, here } = document.currentScript.dataset;
  fetch(frame, { headers: { Accept: "text/html" } }).then(async (answer) => {
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".site-person")) return;
    for (const part of [".site-account", ".site-nav"]) {
      const [ours, theirs] = [document, page].map((each) => each.querySelector(part));
      if (ours && theirs) ours.replaceWith(theirs);
    }
    for (const link of document.querySelectorAll(".site-nav a")) {
      if (link.getAttribute("href") === here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const signOut = document.querySelector(".site-account form");
    signOut?.addEventListener("submit", () => localStorage.removeItem("session-ends"));
  }, () => {}); // Without an answer the page stays as it is for everybody.
}
