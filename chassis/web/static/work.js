// Keys for a table of work, while the focus is in it; without this script the Tab key does the same.
for (const body of document.querySelectorAll("[data-keys]")) {
  const rows = [...body.rows];
  const focus = (row) => row?.querySelector("a").focus();
  body.addEventListener("keydown", (pressed) => {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    const row = pressed.target.closest("tr");
    const act = {
      j: () => focus(rows[rows.indexOf(row) + 1]),
      k: () => focus(rows[rows.indexOf(row) - 1]),
      x: () => row.querySelector("input").click(),
    }[pressed.key];
    if (!act) return;
    pressed.preventDefault();
    act();
  });
}
