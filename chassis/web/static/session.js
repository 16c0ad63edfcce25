// Warns before the session ends, and keeps typed input in this tab until the same person signs in again.
{
  const WARN_SECONDS = 300;
  const { sessionSeconds, account } = document.body.dataset;
  const dialog = document.getElementById("session-warning");
  const kept = `kept ${account} ${location.pathname}${location.search}`;

  // All tabs of a person share one session: a request in one tab extends it for the others.
  const setEnd = (seconds) => localStorage.setItem("session-ends", Date.now() + seconds * 1000);
  const secondsLeft = () => (Number(localStorage.getItem("session-ends")) - Date.now()) / 1000;

  const typedIn = (form) =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        !["password", "file", "hidden", "submit", "button"].includes(field.type) &&
        !/password|ssn/.test(field.name),
    );

  const keep = () => {
    const forms = [...document.querySelectorAll("main form[method=post]")].map((form) =>
      typedIn(form).map(({ name, type, value, checked }) => ({ name, type, value, checked })),
    );
    if (forms.some((fields) => fields.length)) sessionStorage.setItem(kept, JSON.stringify(forms));
  };

  const bringBack = () => {
    const forms = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    if (!forms) return;
    sessionStorage.removeItem(kept);
    document.querySelectorAll("main form[method=post]").forEach((form, at) => {
      typedIn(form).forEach((field, position) => {
        const was = forms[at]?.[position];
        if (was?.name !== field.name || was.type !== field.type) return;
        if (["checkbox", "radio"].includes(field.type)) field.checked = was.checked;
        else field.value = was.value;
      });
    });
    document.getElementById("typed-is-back").hidden = false;
  };

  const look = () => {
    const left = secondsLeft();
    if (left <= 0) {
      keep();
      location.assign(`/identity/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (left > WARN_SECONDS) {
      dialog.close();
    } else {
      document.getElementById("session-minutes").textContent = Math.ceil(left / 60);
      if (!dialog.open) dialog.showModal();
    }
  };

  document.getElementById("session-stay").addEventListener("click", async () => {
    const answer = await fetch("/identity/api/session");
    setEnd(answer.ok ? (await answer.json()).seconds : 0);
    look();
  });
  document.querySelector(".site-account form")?.addEventListener("submit", () => {
    sessionStorage.clear();
    localStorage.removeItem("session-ends");
  });

  setEnd(Number(sessionSeconds));
  bringBack();
  setInterval(look, 5000);
}
