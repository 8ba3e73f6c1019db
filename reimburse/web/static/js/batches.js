"use strict";
// How many claims are chosen for a batch, and their sum.
(() => {
  const form = document.querySelector("[data-collect]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=claim]")];

  function show() {
    const chosen = boxes.filter((box) => box.checked);
    const fen = chosen.reduce((sum, box) => sum + Number(box.dataset.fen), 0);
    const yuan = (fen / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    form.querySelector("[data-sum]").textContent = chosen.length ? `${chosen.length} · ¥${yuan}` : "";
    form.querySelectorAll("button:not([data-always])").forEach((button) => { button.disabled = chosen.length === 0; });
  }

  form.addEventListener("change", (event) => {
    if ("all" in event.target.dataset) boxes.forEach((box) => { box.checked = event.target.checked; });
    show();
  });
  if (form.querySelector("[data-sum]")) show();
})();
