"use strict";
const fieldsOf = (name) => [...document.querySelectorAll(`.line-fields [name="${name}"]`)];
const yuan = (fen) => (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
let focusAfterSwap = null;

// Enter goes down the column as in a sheet, Shift+Enter up; below the last line it adds one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches(".line-fields input")) return;
  event.preventDefault();
  const column = fieldsOf(event.target.name);
  const next = column[column.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (next) { next.focus(); if (next.select) next.select(); return; }
  if (event.shiftKey) return;
  event.target.blur();
  focusAfterSwap = event.target.name;
  document.getElementById("add-line").click();
});

// Invoices are dropped on lines.
document.addEventListener("dragstart", (event) => {
  const invoice = event.target.closest("[data-drag-invoice]");
  if (invoice) event.dataTransfer.setData("text/invoice", invoice.dataset.dragInvoice);
});
document.addEventListener("dragover", (event) => {
  const line = event.target.closest(".claim-line");
  if (!line || !event.dataTransfer.types.includes("text/invoice")) return;
  event.preventDefault();
  line.classList.add("drop-here");
});
document.addEventListener("dragleave", (event) => {
  const line = event.target.closest(".claim-line");
  if (line && !line.contains(event.relatedTarget)) line.classList.remove("drop-here");
});
document.addEventListener("drop", (event) => {
  const line = event.target.closest(".claim-line");
  const invoice = event.dataTransfer.getData("text/invoice");
  if (!line || !invoice) return;
  event.preventDefault();
  line.classList.remove("drop-here");
  const values = { invoice_id: invoice, line_id: line.dataset.line, version: document.getElementById("claim-version").value };
  window.htmx.ajax("POST", `${document.getElementById("editor").dataset.base}/invoices`, { source: "#editor", target: "#editor", swap: "outerHTML", values });
});

// A missing document: choose the file, the kind is known.
document.addEventListener("click", (event) => {
  const wanted = event.target.closest("[data-attach]");
  if (!wanted) return;
  event.preventDefault();
  const section = wanted.closest(".claim-line") || document.getElementById("attachments-claim");
  const form = section.querySelector(".upload-form");
  form.closest("details").open = true;
  form.elements.kind.value = wanted.dataset.attach;
  form.elements.invoice_id.value = wanted.dataset.invoice || "";
  if (form.elements.line_id) form.elements.line_id.disabled = Boolean(wanted.dataset.invoice);
  form.elements.file.dataset.send = "1";
  form.elements.file.click();
});
document.addEventListener("change", (event) => {
  if (event.target.name === "file" && event.target.dataset.send && event.target.files.length) event.target.form.requestSubmit();
});

// A fix leads to its very field.
function jump() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id) return;
  const line = id.match(/^line-\d+/);
  const place = document.getElementById(id) || (line && document.getElementById(line[0]));
  if (!place) return;
  if (place.tagName === "DETAILS") place.open = true;
  const around = place.closest("details");
  if (around) around.open = true;
  place.scrollIntoView({ block: "center" });
  const field = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
  if (field) field.focus({ preventScroll: true });
  place.classList.add("pointed-at");
}
window.addEventListener("hashchange", jump);
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-jump]");
  if (link && link.hash && link.pathname === location.pathname && link.hash === location.hash) { event.preventDefault(); jump(); }
});

// The preview waits for what is still being saved, and does not open over a field in error.
function preview() {
  if (document.activeElement) document.activeElement.blur();
  const go = (left) => {
    if (document.querySelector(".htmx-request") && left) { setTimeout(go, 50, left - 1); return; }
    const wrong = document.querySelector("[data-error-of]");
    if (wrong) document.getElementById(wrong.dataset.errorOf)?.focus();
    else location.assign(document.getElementById("to-preview").href);
  };
  setTimeout(go, 50, 100);
}
// What was just saved replaces or moves the link, maybe between the button's going down and up: no click comes of that.
const STILL = 8;
let pressedPreview = null;
document.addEventListener("pointerdown", (event) => {
  pressedPreview = event.button === 0 && event.target.closest("#to-preview") ? event : null;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#to-preview")) return;
  event.preventDefault();
  pressedPreview = null;
  preview();
});
document.addEventListener("pointerup", (event) => {
  if (!pressedPreview || Math.hypot(event.clientX - pressedPreview.clientX, event.clientY - pressedPreview.clientY) > STILL) return;
  setTimeout(() => {
    if (pressedPreview) preview();
    pressedPreview = null;
  });
});

// Sums while one splits or merges.
document.addEventListener("input", (event) => {
  const form = event.target.closest(".split-form");
  if (form && event.target.name === "parts") {
    const parts = event.target.value.replaceAll(",", "").split(/[\s;；]+/).filter(Boolean).map(Number);
    const rest = Number(form.dataset.splitTotal) - Math.round(parts.reduce((sum, part) => sum + part, 0) * 100);
    form.querySelector("[data-split-rest]").textContent = Number.isFinite(rest) ? `= ${yuan(Number(form.dataset.splitTotal))} ${rest ? `(${yuan(rest)})` : "✓"}` : "?";
  }
  if (event.target.name === "line_id") mergeSum();
});
function mergeSum() {
  const chosen = [...document.querySelectorAll('input[name="line_id"][form="merge"]:checked')];
  const fen = chosen.reduce((sum, box) => sum + Number(box.closest(".claim-line").dataset.amountFen), 0);
  document.getElementById("merge-sum").textContent = chosen.length ? `${chosen.length} · ${yuan(fen)}` : "";
  document.getElementById("merge-lines").disabled = chosen.length < 2;
}

// Errors stand beside their field.
function markErrors() {
  document.querySelectorAll(".claim-line .is-invalid").forEach((field) => field.classList.remove("is-invalid"));
  document.querySelectorAll("[data-error-of]").forEach((text) => {
    const field = document.getElementById(text.dataset.errorOf);
    if (field) field.classList.add("is-invalid");
  });
}
document.addEventListener("htmx:afterSettle", () => {
  markErrors();
  mergeSum();
  if (focusAfterSwap) { const column = fieldsOf(focusAfterSwap); focusAfterSwap = null; column.at(-1)?.focus(); column.at(-1)?.select?.(); }
});
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const alert = document.createElement("div");
  alert.className = "alert alert-danger";
  alert.textContent = page.querySelector("main p, main .empty-subtitle, main")?.textContent.trim() || event.detail.error;
  document.getElementById("editor-message").replaceChildren(alert);
});
document.addEventListener("htmx:sendError", () => document.body.classList.add("is-offline"));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) document.body.classList.remove("is-offline"); });
mergeSum();
jump();
