"use strict";
// Copy what the seller has to be told.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => { button.lastChild.textContent = ` ${button.dataset.copied}`; });
});
