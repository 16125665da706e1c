// The copy buttons: hidden until this runs, so that nobody without JavaScript sees a button that does nothing.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.querySelector("[data-label]");
  const said = document.getElementById(button.dataset.said);
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let words = "Copied";
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("done");
    } catch {
      words = "Select it and copy";
    }
    label.textContent = words;
    said.textContent = words;
    setTimeout(() => {
      label.textContent = before;
      said.textContent = "";
      button.classList.remove("done");
    }, 4000);
  });
}
