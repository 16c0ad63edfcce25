// Shows the progress of a file upload; without scripts the browser sends the form as usual.
for (const form of document.querySelectorAll("form[enctype='multipart/form-data']")) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]")?.files[0];
    if (!file) return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("[type=submit]");
    const shown = form.querySelector(".upload-progress");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      shown.querySelector("progress").value = loaded / total;
      shown.querySelector("output").textContent = `${Math.round((100 * loaded) / total)} %`;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = answer.title;
      document.querySelector("main").replaceWith(answer.querySelector("main"));
      document.querySelector(".error-summary, main").focus();
    });
    // On a network error, let the browser submit the form: it shows a better message.
    request.addEventListener("error", () => form.submit());
    shown.hidden = false;
    button.disabled = true;
    request.send(new FormData(form, event.submitter));
  });
}
