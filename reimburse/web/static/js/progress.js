"use strict";
// While something is being worked on, look again every second and a half.
(() => {
  if (document.querySelector("[data-working]")) setTimeout(() => location.reload(), 1500);
})();
