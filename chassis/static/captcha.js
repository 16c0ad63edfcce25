// Gives the ALTCHA widget its worker from our own origin, as the Content-Security-Policy asks.
{
  const worker = document.currentScript.dataset.worker;
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
}
