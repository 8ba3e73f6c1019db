"use strict";
// Every htmx request carries the token that forms carry in a hidden field.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});

// A form that was refused is answered with its page: the address is that page's, so that reloading it asks for nothing.
const page = new URL(document.querySelector('meta[name="page"]').content, location.href);
if (page.pathname !== location.pathname) history.replaceState(null, "", page);

// A form that asks before it acts: <form data-confirm="...">.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A second click on a button whose form is already on its way does nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.dataset.sent) { event.preventDefault(); return; }
  if (event.target.method === "post" && !event.target.hasAttribute("hx-post") && !event.target.dataset.repeatable) {
    event.target.dataset.sent = "1";
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

document.querySelectorAll("[data-fill-login]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("login").value = button.dataset.fillLogin;
    document.getElementById("password").value = "demo";
    document.getElementById("password").focus();
  });
});
