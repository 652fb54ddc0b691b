// « Suivre en direct »: a live page. It is off at first, so that no screen reader reads a page that changes under it. The
// server's stream only says that there are new rows; the script fetches the new rows as the page shows them, and puts them
// above the others. It announces their number politely. A second press of the button pauses.
"use strict";

(() => {
  const box = document.getElementById("suivi");
  const button = document.getElementById("suivre");
  const state = document.getElementById("suivi-etat");
  const rows = document.getElementById("lignes");
  const most = Number(rows.dataset.most);
  let stream = null;
  let waiting = null;
  let busy = false;
  let again = false;

  const newest = () => Math.max(0, ...Array.from(rows.children, (row) => Number(row.dataset.number)));

  const tell = (words) => {
    state.textContent = words;
  };

  const add = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const behind = newest();
    const fresh = [...template.content.querySelectorAll("tr")].filter((row) => Number(row.dataset.number) > behind);
    rows.prepend(...fresh);
    while (rows.children.length > most && !rows.lastElementChild.contains(document.activeElement)) {
      rows.lastElementChild.remove();
    }
    if (fresh.length > 0) {
      rows.closest("table").hidden = false;
      document.getElementById("vide").hidden = true;
      tell(`${fresh.length} ${fresh.length > 1 ? box.dataset.many : box.dataset.one}.`);
    }
  };

  const fetchNew = async () => {
    waiting = null;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const url = new URL(box.dataset.fragment, location.href);
      url.searchParams.set("fragment", "");
      url.searchParams.set("after", String(newest()));
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      add(await answer.text());
    } catch {
      stop("La console ne répond plus. Actualisez la page.");
    } finally {
      busy = false;
    }
    if (again && stream) {
      again = false;
      soon();
    }
  };

  // Wait a moment, so that rows that arrive together are announced together.
  const soon = () => {
    if (stream && waiting === null) {
      waiting = setTimeout(fetchNew, 250);
    }
  };

  const stop = (words) => {
    stream?.close();
    stream = null;
    clearTimeout(waiting);
    waiting = null;
    button.setAttribute("aria-pressed", "false");
    button.textContent = "Suivre en direct";
    tell(words);
  };

  const follow = () => {
    stream = new EventSource(box.dataset.stream);
    stream.onmessage = soon;
    stream.onopen = soon;
    stream.onerror = () => {
      if (stream?.readyState === EventSource.CLOSED) {
        stop("La console ne répond plus. Actualisez la page.");
      }
    };
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Mettre en pause";
    tell("La page suit ce qui se passe.");
  };

  button.addEventListener("click", () => (stream ? stop("En pause.") : follow()));
  box.hidden = false;
})();
