// Gives the ALTCHA widget its worker from our own origin, as the Content-Security-Policy requires, and
// its text in the page's language.
{
  const { worker, words } = document.currentScript.dataset;
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
  $altcha.i18n.set(document.documentElement.lang, { ...$altcha.i18n.get("en"), ...JSON.parse(words) });
}
