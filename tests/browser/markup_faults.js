// What axe does not look for: names given twice, errors of a form that somebody who does not see
// the page would not be led to, and scripts that hold up the page. Answers sentences.
() => {
  const faults = [];
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((each, n) => ids.indexOf(each) !== n))) {
    faults.push(`several elements are called ${id}`);
  }
  const told = (field) => (field.getAttribute("aria-describedby") ?? "").split(" ")
    .concat((field.closest("fieldset")?.getAttribute("aria-describedby") ?? "").split(" "));
  for (const message of document.querySelectorAll(".usa-error-message")) {
    const fields = [...document.querySelectorAll("[aria-describedby]")];
    if (!message.id || !fields.some((field) => told(field).includes(message.id))) {
      faults.push(`no field is described by the error “${message.textContent.trim()}”`);
    }
  }
  for (const field of document.querySelectorAll("[aria-invalid=true]")) {
    const described = told(field).some((id) => id && document.getElementById(id)?.textContent.trim());
    if (!described) faults.push(`nothing says what is wrong with the field ${field.name}`);
  }
  for (const link of document.querySelectorAll(".error-summary a")) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field?.matches("input, select, textarea, summary")) {
      faults.push(`the error “${link.textContent}” leads to no field`);
    }
  }
  for (const script of document.scripts) {
    if (!script.defer && script.type !== "module") faults.push(`the page waits for ${script.src}`);
  }
  return faults;
}
