// Runs before the page is drawn. A receipt comes to a page in the fragment of its address, where no log
// and no referrer sees it: this takes it out of the address and the history at once, and into the
// form. It also says that there are scripts, which the styles and nhsuk-frontend ask for.
(function () {
  "use strict";

  var receipt = /^(?:[ps](?:-?[0-9a-z]{4}){8}|\d{4}-\d\d-\d\d\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

  function take() {
    var code = location.hash.slice(1);
    if (!receipt.test(code)) {
      return; // a link to a place on the page
    }
    history.replaceState(null, "", location.pathname + location.search);
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", function () { fill(code); });
    } else {
      fill(code);
    }
  }

  function fill(code) {
    var field = document.querySelector("input[data-receipt]");
    if (field) {
      field.value = code;
    }
  }

  document.body.classList.add("js-enabled");
  if ("noModule" in HTMLScriptElement.prototype) {
    document.body.classList.add("nhsuk-frontend-supported");
  }
  take();
  addEventListener("hashchange", take);
})();
