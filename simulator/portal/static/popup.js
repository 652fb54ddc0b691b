// The automatic pop-up (POP-1 to POP-4, POP-6): the window opens as the page loads, so that the browser's blocker stops it.
// If it opens, the form is submitted into it; if not, the page says so and tells the server. No "noopener": it would make
// window.open answer null even when the window opens.
"use strict";

(() => {
  const form = document.getElementById("popup-form");
  const tell = (state) => {
    document.body.dataset.popup = state;
    document.getElementById(`popup-${state}`).hidden = false;
  };

  const result = window.open("", "votre-inscription", "popup,width=860,height=720");
  if (result) {
    form.target = "votre-inscription";
    form.submit();
    tell("opened");
    document.getElementById("aide-fenetre").hidden = true;
  } else {
    const fields = new URLSearchParams(new FormData(form));
    fetch(form.dataset.report, { method: "POST", body: fields, keepalive: true }).catch(() => {});
    tell("blocked");
  }
})();
