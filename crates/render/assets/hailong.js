// Shortens the way; every page works without it.
"use strict";
(() => {
  const search = document.getElementById("site-search");
  const shortcuts = document.getElementById("shortcuts");
  const typing = (target) => target instanceof Element && target.closest("input, textarea, select") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "?" && shortcuts && shortcuts.showModal) {
      event.preventDefault();
      if (!shortcuts.open) shortcuts.showModal();
    }
  });

  // A second press of the same button would send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    // Later, so that the pressed button's own value is still sent.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)), 0);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form button[disabled]").forEach((button) => (button.disabled = false));
  });

  // Words typed and not yet sent survive a lost line, in this tab only; private fields are never kept.
  const kept = "input:not([type=hidden]):not([type=password]):not([data-private]), textarea:not([data-private]), select:not([data-private])";
  const place = (form) => "keep:" + form.getAttribute("action") + ":" + form.dataset.keep;
  const guarded = (work) => {
    try {
      work();
    } catch {
      // Storage may be switched off; then nothing is kept.
    }
  };
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    guarded(() => {
      const saved = JSON.parse(sessionStorage.getItem(place(form)) || "{}");
      form.querySelectorAll(kept).forEach((field) => {
        if (!(field.name in saved)) return;
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = saved[field.name].includes(field.value);
        } else if (!field.value) {
          field.value = saved[field.name][0] || "";
        }
      });
    });
    form.addEventListener("input", () => {
      guarded(() => {
        const words = {};
        form.querySelectorAll(kept).forEach((field) => {
          if (!field.name) return;
          const choice = field.type === "radio" || field.type === "checkbox";
          words[field.name] = words[field.name] || [];
          if (!choice || field.checked) words[field.name].push(field.value);
        });
        sessionStorage.setItem(place(form), JSON.stringify(words));
      });
    });
    form.addEventListener("submit", () => guarded(() => sessionStorage.removeItem(place(form))));
  });

  // Characters left, counted as the server counts them.
  document.querySelectorAll("textarea[data-count]").forEach((area) => {
    const note = document.getElementById(area.dataset.count);
    if (!note) return;
    const tell = () => {
      const left = Number(note.dataset.limit) - [...area.value].length;
      note.textContent = left + " " + note.dataset.left;
    };
    area.addEventListener("input", tell);
    if (area.value) tell();
  });

  // The list of procedures gets shorter while one types; diacritics and case do not matter.
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
  document.querySelectorAll("input[data-filter]").forEach((input) => {
    const list = document.getElementById(input.dataset.filter);
    if (!list) return;
    const items = [...list.querySelectorAll("[data-text]")].map((item) => [item, fold(item.dataset.text)]);
    input.addEventListener("input", () => {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      items.forEach(([item, text]) => (item.hidden = !words.every((word) => text.includes(word))));
    });
  });

  // The board of called numbers: calls arrive by themselves, and are said aloud once somebody switched the sound on.
  const board = document.getElementById("board-now");
  if (board && window.EventSource) {
    const lost = document.getElementById("board-lost");
    const sound = document.getElementById("board-sound");
    const called = () => board.querySelector("[data-call]");
    let known = called() ? called().dataset.call : "";
    let aloud = false;
    const say = (text) => {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
      words.rate = 0.85;
      window.speechSynthesis.speak(words);
    };
    if (sound && window.speechSynthesis) {
      sound.hidden = false;
      sound.addEventListener("click", () => {
        aloud = !aloud;
        sound.setAttribute("aria-pressed", String(aloud));
        [sound.textContent, sound.dataset.on] = [sound.dataset.on, sound.textContent];
        if (!aloud) window.speechSynthesis.cancel();
      });
    }
    const source = new EventSource(board.dataset.events);
    source.addEventListener("board", (event) => {
      // Our own server's words, escaped there; no script can run from them under our policy.
      board.innerHTML = event.data;
      if (lost) lost.hidden = true;
      const call = called();
      if (call && call.dataset.call !== known && aloud) say(call.dataset.say);
      known = call ? call.dataset.call : "";
    });
    source.addEventListener("error", () => {
      if (lost) lost.hidden = false;
      // A refused stream is not tried again by the browser: too many screens, or a stop.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10000);
    });
  }

  // A slip prints itself on the machine.
  if (document.querySelector("[data-print]")) window.print();

  // Lists that others change are loaded anew, unless somebody is in the middle of something.
  const list = document.querySelector("[data-reload]");
  if (list && window.EventSource) {
    let first = true;
    let leaving = false;
    // A form that was just sent leads somewhere: its own call must not bring this page back.
    document.addEventListener("submit", () => (leaving = true));
    window.addEventListener("pageshow", () => (leaving = false));
    const busy = () =>
      leaving || typing(document.activeElement) || document.querySelector("main details[open]") !== null;
    new EventSource(list.dataset.reload).addEventListener("board", () => {
      if (!first && !busy()) location.replace(location.pathname);
      first = false;
    });
  }

  // A page that shows what is so now is read anew where it stands, unless somebody is in the middle of something.
  const fresh = document.querySelector("[data-refresh]");
  if (fresh && window.EventSource) {
    let first = true;
    let reading = false;
    new EventSource(fresh.dataset.refresh).addEventListener("record", async () => {
      const main = document.querySelector("main");
      const busy = main.contains(document.activeElement) || main.querySelector("details[open]") !== null;
      const skip = first || reading || document.hidden || busy;
      first = false;
      if (skip) return;
      reading = true;
      try {
        const answer = await fetch(location.href, { headers: { accept: "text/html" } });
        const read = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
        if (answer.ok && read) main.replaceChildren(...read.childNodes);
      } catch {
        // The line is down: the page stays as it is, with its own time on it.
      }
      reading = false;
    });
  }

  // After a refused form, the summary of faults is read first.
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
