"use strict";
// The foot of the wallet counts what is ticked and adds it up.
(() => {
  const foot = document.querySelector("[data-selection-foot]");
  if (!foot) return;
  const text = foot.querySelector("[data-selection-text]");
  const button = foot.querySelector("[data-selection-button]");
  const words = text.dataset[text.dataset.language];
  const idle = text.textContent;
  // Another selection is another claim, even on a page that the browser kept and shows again.
  const key = document.querySelector("#select [name=idempotency_key]");
  const base = key && key.value;
  let changes = 0;

  function count() {
    const boxes = [...document.querySelectorAll('input[name="invoice_id"]:checked')];
    const ticked = [...new Map(boxes.map((box) => [box.value, box])).values()];
    const fen = ticked.reduce((sum, box) => sum + Number(box.closest("[data-total-fen]").dataset.totalFen || 0), 0);
    const yuan = `¥${(fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
    text.textContent = ticked.length ? words.replace("{n}", ticked.length).replace("{sum}", yuan) : idle;
    if (button) button.disabled = !ticked.length;
  }

  // A file uploaded again shows its invoice a second time: both boxes are the same choice.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "invoice_id") return;
    document.querySelectorAll(`input[name="invoice_id"][value="${event.target.value}"]`).forEach((box) => { box.checked = event.target.checked; });
    if (key) key.value = `${base}-${(changes += 1)}`;
    count();
  });
  document.addEventListener("htmx:load", count);
  count();
})();
