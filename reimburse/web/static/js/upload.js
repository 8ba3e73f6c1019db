"use strict";
// Uploads: each chosen or dropped file goes on its own, two at a time, with its progress; its card follows.
(() => {
  const form = document.getElementById("upload");
  if (!form) return;
  const veil = document.getElementById("veil");
  const received = document.getElementById("received");
  const waiting = [];
  let running = 0;
  let depth = 0;

  function placeholder(name) {
    const card = document.createElement("div");
    card.className = "col-12 col-md-6 col-xl-4 file-card";
    card.innerHTML = '<div class="card card-sm h-100"><div class="card-body"><div class="fw-medium text-truncate"></div>' +
      '<progress class="w-100" max="1" value="0"></progress><div class="text-danger small" role="status"></div></div></div>';
    card.querySelector(".fw-medium").textContent = name;
    received.prepend(card);
    return card;
  }

  function refuse(card, words) {
    card.querySelector("progress").remove();
    card.querySelector("[role=status]").textContent = words;
    card.dataset.state = "refused";
  }

  function arrive(card, html) {
    const box = document.createElement("div");
    box.innerHTML = html;
    const cards = [...box.children];
    cards.forEach((element) => {
      const old = element.id && document.getElementById(element.id);
      if (old && old !== element) old.remove();
    });
    card.replaceWith(...cards);
    cards.forEach((element) => window.htmx && window.htmx.process(element));
  }

  function next() {
    if (running >= 2 || !waiting.length) return;
    running += 1;
    const { file, card } = waiting.shift();
    const body = new FormData();
    body.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) card.querySelector("progress").value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) arrive(card, request.responseText);
      else refuse(card, request.status === 413 ? form.dataset.tooLarge : form.dataset.broken);
    });
    request.addEventListener("error", () => refuse(card, form.dataset.broken));
    request.addEventListener("loadend", () => { running -= 1; next(); });
    request.send(body);
    next();
  }

  function add(files) {
    [...files].forEach((file) => {
      const card = placeholder(file.name);
      if (file.size > Number(form.dataset.limitMib) * 1024 * 1024) refuse(card, form.dataset.tooLarge);
      else waiting.push({ file, card });
    });
    next();
  }

  form.querySelectorAll("input[type=file]").forEach((input) => {
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
  });
  document.addEventListener("dragenter", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) veil.hidden = true; });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    add(event.dataTransfer.files);
  });
})();
