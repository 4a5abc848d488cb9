// Says at once that a file is too large, before it is sent for minutes. Everything works without it.
(function () {
  "use strict";
  var file = document.getElementById("file");
  var problem = document.getElementById("file-error");
  if (!file || !problem) return;
  function isTooLarge() {
    return file.files.length > 0 && file.files[0].size > Number(file.dataset.most);
  }
  file.addEventListener("change", function () {
    problem.textContent = isTooLarge() ? problem.dataset.tooLarge : "";
    file.setAttribute("aria-invalid", String(isTooLarge()));
  });
  file.form.addEventListener("submit", function (event) {
    if (!isTooLarge()) return;
    event.preventDefault();
    problem.textContent = problem.dataset.tooLarge;
    file.focus();
  }, true);
})();
