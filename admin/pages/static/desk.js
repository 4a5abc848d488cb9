// What the pages of the desk do beyond plain forms: tick a whole page, keep the focus in its place.
// Everything works without it.
(function () {
  "use strict";

  // «Marcar todos» is of no use without a script, so it is hidden until this one runs.
  document.querySelectorAll("[data-tick-all]").forEach(function (all) {
    var form = all.form;
    all.closest("[hidden]").hidden = false;
    all.addEventListener("change", function () {
      form.querySelectorAll("[name=ticked]").forEach(function (one) { one.checked = all.checked; });
    });
    form.addEventListener("change", function (event) {
      if (event.target.name === "ticked" && !event.target.checked) all.checked = false;
    });
  });

  // A button that did its work is gone from its line; the focus goes to the line's own link.
  document.addEventListener("htmx:afterSettle", function (event) {
    var line = event.detail.elt;
    if (document.activeElement === document.body && line && line.matches("tr")) {
      var link = line.querySelector("th a");
      if (link) link.focus({ preventScroll: true });
    }
  });

  // A form that is on its way is not sent twice by a second tap.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 5000); // a download leaves the page as it is
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });
})();
