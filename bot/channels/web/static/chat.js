// Sends presses in the background and adds the replies to the thread. Without it, the same forms load the page anew.
"use strict";

(() => {
  const thread = document.getElementById("thread");
  const waiting = document.getElementById("waiting");
  const composer = document.getElementById("composer");
  const box = document.getElementById("question");
  const PATIENCE = 60_000; // milliseconds until a request is given up
  let busy = false;

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
      return reply ? document.adoptNode(reply) : fromTemplate("unreachable");
    } catch {
      return fromTemplate("unreachable");
    }
  };

  const converse = async (form, data, words) => {
    const choice = form.dataset.press === "choice";
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
      await (press === "feedback" ? thank(form, data) : converse(form, data, words));
    } finally {
      busy = false;
      document.body.classList.remove("busy");
    }
  });

  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  const latest = thread.querySelector("article.reply");
  if (latest) latest.focus({ preventScroll: true });
  grow();
})();
