// Shows messages as Teams does: the frame and the host configuration are ours, the cards are drawn by adaptivecards.
import { AdaptiveCard, HostConfig } from "adaptivecards";
import { paint } from "./emoji.js";
import { hostConfig } from "./teams-host.js";
import "./teams.css";
import logo from "../../../bot/channels/web/static/logo.svg";

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown(text);
  result.didProcess = true;
};

// What Teams reads of Markdown in a TextBlock, as far as our cards use it.
function markdown(text) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
  return escaped
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|\W)_([^_]+)_(?=\W|$)/g, "$1<em>$2</em>");
}

function element(tag, name, ...children) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
}

function avatar() {
  const image = element("img", "avatar");
  image.src = logo;
  image.alt = "";
  return image;
}

// A form stands open where its button was pressed.
function pressed(card, label) {
  const button = label && [...card.querySelectorAll("button")].find((each) => each.textContent.trim() === label);
  if (button) button.click();
  return card;
}

function drawn(content, theme, open) {
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(hostConfig(theme));
  card.parse(content);
  const wide = content.msteams?.width === "Full" ? "wide" : "";
  return element("div", `card ${wide}`, pressed(card.render(), open));
}

function post(entry, theme) {
  if (entry.name) {
    const byline = element("p", "byline", element("time", "", entry.time));
    return element("section", "post mine", byline, element("p", "bubble", entry.text));
  }
  const byline = element("p", "byline", element("span", "", "Clearpost"), element("time", "", entry.time));
  const said = element("div", "said", byline);
  if (entry.text) said.append(element("p", "bubble", entry.text));
  if (entry.card) said.append(drawn(entry.card, theme, entry.open));
  return element("section", "post", avatar(), said);
}

window.show = async ({ theme, width, columns, emoji }) => {
  document.documentElement.dataset.theme = theme;
  const sheet = element("div", "sheet");
  for (const scenes of columns) {
    const column = element("div", "column");
    column.style.width = `${width}px`;
    for (const scene of scenes) {
      const article = element("article", "scene", ...scene.entries.map((entry) => post(entry, theme)));
      article.dataset.name = scene.name;
      if (scene.place) article.prepend(element("p", "place", scene.place));
      column.append(article);
    }
    sheet.append(column);
  }
  document.getElementById("stage").replaceChildren(sheet);
  paint(document.body, emoji);
  document.body.getBoundingClientRect(); // laid out, so that the fonts it needs are asked for
  await document.fonts.ready;
};
