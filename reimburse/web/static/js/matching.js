"use strict";
// What is ticked on both sides, added up, before it is matched by hand.
(() => {
  const said = document.querySelector("[data-pair]");
  if (!said) return;
  const button = document.querySelector("[data-pair-button]");
  const idle = said.textContent;
  const words = said.dataset[said.dataset.language];

  function sum(name) {
    const boxes = [...document.querySelectorAll(`input[form="pair"][name="${name}"]:checked`)];
    return { many: boxes.length, fen: boxes.reduce((total, box) => total + Number(box.dataset.fen), 0) };
  }

  function yuan(fen) {
    return `¥${(fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  }

  function show() {
    const paid = sum("payment");
    const billed = sum("invoice");
    const gap = paid.fen - billed.fen;
    said.textContent = paid.many || billed.many
      ? words.replace("{paid}", yuan(paid.fen)).replace("{billed}", yuan(billed.fen)).replace("{gap}", yuan(gap))
      : idle;
    said.classList.toggle("text-danger", Boolean(paid.many && billed.many) && Math.abs(gap) > 1);
    said.closest(".match-foot").classList.toggle("match-foot-idle", !paid.many && !billed.many);
    button.disabled = !paid.many || !billed.many || Math.abs(gap) > 1;
  }

  document.addEventListener("change", (event) => { if (event.target.form && event.target.form.id === "pair") show(); });
  show();
})();
