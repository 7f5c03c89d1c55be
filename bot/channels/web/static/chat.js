// Sends presses in the background and adds the replies to the thread. Without it, the same forms load the page anew.
"use strict";

(() => {
  const thread = document.getElementById("thread");
  const waiting = document.getElementById("waiting");
  const composer = document.getElementById("composer");
  const box = document.getElementById("question");
  const news = document.getElementById("news");
  const PATIENCE = 60_000; // milliseconds until a request is given up
  const LOOK_AGAIN = 60_000; // milliseconds between two looks for an answer, while one is waited for
  let busy = false;
  let waits = false; // something was sent, whose answer may come while the page is open

  const wordsOf = (element) => element.textContent.split(/\s+/).join(" ").trim();
  let shownNews = wordsOf(news);

  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };

  const show = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  const addSaid = (words) => {
    const said = fromTemplate("said");
    said.querySelector(".words").textContent = words;
    thread.append(said);
    return said;
  };

  // What needs this script: copying, and times as they are where the reader is.
  const enliven = (root) => {
    if (navigator.clipboard) for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const time of root.querySelectorAll("time[datetime]")) {
      const local = new Date(time.dateTime).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
      time.title = time.textContent;
      time.textContent = local;
    }
    return root;
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.closest(".copy").querySelector(".words").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select it to copy";
    }
  };

  // The reply of the server as an element; a page of somebody else, such as a proxy's, is not one.
  const ask = async (form, data) => {
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { "X-Requested-With": "fetch" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const reply = page.querySelector("article.reply");
      return reply ? enliven(document.adoptNode(reply)) : fromTemplate("unreachable");
    } catch {
      return fromTemplate("unreachable");
    }
  };

  const converse = async (form, data, words) => {
    const choice = form.dataset.press === "choice";
    thread.append(...news.children); // it was seen
    const said = addSaid(words);
    box.value = form === composer ? "" : box.value;
    grow();
    waiting.textContent = "Reading the policies";
    show(said);
    const reply = await ask(form, data);
    waiting.textContent = "";
    thread.append(reply);
    if (choice) reply.focus({ preventScroll: true });
    else if (form !== composer) box.focus({ preventScroll: true });
    if (reply.dataset.kind === "error" && form === composer && !box.value) {
      box.value = words; // what somebody typed is not lost
      grow();
    }
    show(said);
  };

  const thank = async (form, data) => {
    const reply = await ask(form, data);
    if (reply.dataset.kind === "error") {
      form.after(reply);
      reply.focus();
      return;
    }
    const thanks = document.createElement("p");
    thanks.className = "thanks";
    thanks.tabIndex = -1;
    thanks.textContent = reply.querySelector(".text").textContent;
    form.replaceWith(thanks);
    thanks.focus({ preventScroll: true });
  };

  // What came of a press on a card: beside it where it is for the presser alone or failed, else in its place.
  const act = async (form, data) => {
    const card = form.closest("article.reply");
    waiting.textContent = "One moment";
    const reply = await ask(form, data);
    waiting.textContent = "";
    const kind = reply.dataset.kind;
    const failed = kind === "error" || kind === "busy";
    const beside = card.nextElementSibling;
    if (beside && "beside" in beside.dataset) beside.remove();
    const alone = kind === "note" || "private" in reply.dataset;
    const asked = card.dataset.kind === "lesson" && kind !== "lesson" && !alone && !failed;
    if (asked) card.after(reply); // the check of the lesson is still to come
    else if (failed || form.dataset.press === "person" || (alone && !("private" in card.dataset))) {
      reply.dataset.beside = "";
      card.after(reply);
    } else card.replaceWith(reply);
    if (!failed) {
      form.closest("details")?.removeAttribute("open");
      form.reset();
      waits ||= form.dataset.press === "deed";
    }
    reply.focus({ preventScroll: true });
    reply.scrollIntoView({ block: "nearest" });
  };

  // What came back meanwhile. What is shown already stays, with what somebody began to write in it.
  const look = async () => {
    if (busy) return;
    try {
      const response = await fetch(news.dataset.from, {
        headers: { "X-Requested-With": "fetch" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      const page = new DOMParser().parseFromString(response.ok ? await response.text() : "", "text/html");
      if (!page.querySelector("article.reply") || wordsOf(page.body) === shownNews) return;
      shownNews = wordsOf(page.body);
      news.replaceChildren(...enliven(page.body).childNodes);
      if (thread.childElementCount) document.querySelector("main").append(news);
    } catch {
      // without a connection there is no news; the next message says so
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });

  setInterval(() => {
    if (waits && document.visibilityState === "visible") look();
  }, LOOK_AGAIN);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const press = form.dataset.press;
    if (!press) return;
    event.preventDefault();
    const data = new FormData(form);
    const button = event.submitter;
    if (button && button.name) data.append(button.name, button.value);
    const words = data.get("label") ?? data.get("text") ?? "";
    if (busy || (press === "words" && !words.trim())) {
      if (press === "words") box.focus();
      return;
    }
    busy = true;
    document.body.classList.add("busy");
    try {
      if (press === "feedback") await thank(form, data);
      else if (press === "deed" || press === "person") await act(form, data);
      else await converse(form, data, words);
    } finally {
      busy = false;
      document.body.classList.remove("busy");
    }
    look();
  });

  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  enliven(document);
  const latest = thread.querySelector("article.reply");
  if (latest) latest.focus({ preventScroll: true });
  grow();
})();
