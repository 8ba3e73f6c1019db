"use strict";
// Page pictures: boxes are laid over the picture in PDF points, zoom, and light between a field and its boxes.
(() => {
  const ZOOMS = [1, 1.5, 2, 3];

  function fit(figure) {
    const image = figure.querySelector("img");
    const boxes = figure.querySelector(".picture-boxes");
    const points = 72 / Number(image.dataset.dpi);
    if (!image.naturalWidth) return;
    boxes.setAttribute("viewBox", `0 0 ${image.naturalWidth * points} ${image.naturalHeight * points}`);
    boxes.classList.add("placed");
  }

  function zoom(figure, step) {
    const at = Math.min(ZOOMS.length - 1, Math.max(0, Number(figure.dataset.zoomAt || 0) + step));
    const image = figure.querySelector("img");
    figure.dataset.zoomAt = at;
    figure.querySelector(".picture-sheet").style.width = `${ZOOMS[at] * 100}%`;
    if (at > 1 && image.dataset.large) {
      image.dataset.dpi = "216";
      image.src = image.dataset.large;
      delete image.dataset.large;
    }
  }

  function light(field, on) {
    document.querySelectorAll(`[data-field="${CSS.escape(field)}"]`).forEach((element) => element.classList.toggle("lit", on));
  }

  function reveal(field) {
    const row = document.querySelector(`[data-field="${CSS.escape(field)}"]:not(rect)`);
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  function prepare(root) {
    root.querySelectorAll("[data-picture]:not([data-ready])").forEach((figure) => {
      figure.dataset.ready = "1";
      const image = figure.querySelector("img");
      image.addEventListener("load", () => fit(figure));
      fit(figure);
      figure.querySelector("[data-zoom=in]").addEventListener("click", () => zoom(figure, 1));
      figure.querySelector("[data-zoom=out]").addEventListener("click", () => zoom(figure, -1));
    });
  }

  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const element = event.target.closest && event.target.closest("[data-field]");
      if (element) light(element.dataset.field, on);
    });
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest && event.target.closest("rect[data-field]");
    if (box) reveal(box.dataset.field);
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement || document));
  prepare(document);
})();
