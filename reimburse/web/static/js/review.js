"use strict";
// Review by keyboard: j and k move, a approves, r returns. Reasons are picked and stay editable.
(() => {
  const queue = document.querySelector("[data-queue]");
  const review = document.querySelector("[data-review]");
  const rows = [...document.querySelectorAll("[data-row], [data-line]")];
  let at = -1;
  let field = document.querySelector("[data-reason-field]");

  function move(step) {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("at");
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function chosen() {
    const boxes = [...queue.querySelectorAll("input[name=claim]")];
    const number = boxes.filter((box) => box.checked).length;
    const button = queue.querySelector("[data-approve]");
    if (!button) return;
    button.disabled = number === 0;
    const count = queue.querySelector("[data-count]");
    count.hidden = number === 0;
    count.textContent = number;
  }

  function inQueue(key) {
    const row = rows[at];
    if (!row) return;
    if (key === "a" && "free" in row.dataset) {
      queue.querySelectorAll("input[name=claim]").forEach((box) => { box.checked = row.contains(box); });
      queue.requestSubmit();
    } else {
      location.href = row.dataset.href + (key === "r" ? "#return" : "");
    }
  }

  function inReview(key) {
    const button = review.querySelector(`[data-key=${key}]`);
    if (!button) return;
    if (key === "a") button.click();
    else askReason();
  }

  function askReason() {
    field = review.querySelector("[data-reason-field]");
    field.focus();
    field.scrollIntoView({ block: "nearest" });
  }

  function mark(line) {
    const verb = line.querySelector("[data-verb]:checked")?.value;
    if (!verb) return;
    const reason = line.querySelector("[data-line-reason]");
    line.dataset.marked = verb;
    reason.hidden = verb === "approved";
    if (!reason.hidden && document.activeElement?.dataset?.verb) { field = reason; reason.focus(); }
    const button = review.querySelector("[data-by-line]");
    if (button) button.disabled = ![...review.querySelectorAll("[data-verb]:checked")].some((radio) => radio.value !== "approved");
  }

  function missingReason(event) {
    const pressed = event.submitter;
    const whole = review.querySelector("[data-reason-field]");
    whole.setCustomValidity("");
    if (!pressed) return;
    let empty = null;
    if ("needsReason" in pressed.dataset && !whole.value.trim()) empty = whole;
    if ("byLine" in pressed.dataset && !whole.value.trim()) {
      empty = [...review.querySelectorAll("[data-line-reason]")].find((reason) => !reason.hidden && !reason.value.trim()) || null;
    }
    if (!empty) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    empty.classList.add("is-invalid");
    empty.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if ((event.key === "a" || event.key === "r") && queue) inQueue(event.key);
    else if (event.key === "Enter" && queue && at >= 0 && event.target === document.body) inQueue("o");
    else if ((event.key === "a" || event.key === "r") && review) { event.preventDefault(); inReview(event.key); }
  });

  if (queue) {
    queue.addEventListener("change", (event) => {
      if ("all" in event.target.dataset) queue.querySelectorAll("input[name=claim]").forEach((box) => { box.checked = event.target.checked; });
      chosen();
    });
    chosen();
  }
  if (review) {
    review.querySelectorAll("[data-line]").forEach(mark);
    review.addEventListener("change", (event) => { if ("verb" in event.target.dataset) mark(event.target.closest("[data-line]")); });
    review.addEventListener("focusin", (event) => { if (event.target.matches("[data-line-reason], [data-reason-field]")) field = event.target; });
    review.addEventListener("input", (event) => event.target.classList.remove("is-invalid"));
    review.addEventListener("submit", missingReason);
    review.addEventListener("click", (event) => {
      const pick = event.target.closest("[data-reason]");
      if (pick && field) { field.value = field.value ? `${field.value}\n${pick.dataset.reason}` : pick.dataset.reason; field.classList.remove("is-invalid"); field.focus(); }
      const link = event.target.closest("[data-evidence]");
      if (link && window.htmx && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        review.querySelectorAll("[data-evidence]").forEach((other) => other.classList.toggle("at", other.href === link.href));
        window.htmx.ajax("GET", link.href, { target: "#evidence", select: "#evidence", swap: "outerHTML" });
      }
    });
    if (location.hash === "#return") askReason();
  }
})();
