// Shows messages as Slack's desktop and phone clients do: the frame is ours, the blocks are drawn by slack-blocks-to-jsx.
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import { paint } from "./emoji.js";
import "./slack.css";
import logo from "../../../bot/channels/web/static/logo.svg";

const PEOPLE = { users: [{ id: "U1", name: "Ines Example" }], channels: [], user_groups: [] };

// The renderer takes the hours in "08:00–18:00" for an emoji's name; Slack knows its emoji by name.
const HOOKS = {
  emoji: (emoji, parse) => {
    const name = emoji.name.replace(/:/g, "");
    return /^[\w+'-]+$/.test(name) ? parse(emoji) : `:${name}:`;
  },
};

const Eye = () => (
  <svg viewBox="0 0 20 20" width="14" height="14" fill="none" stroke="currentColor" strokeWidth="1.5">
    <path d="M1.5 10S4.5 4 10 4s8.5 6 8.5 6-3 6-8.5 6-8.5-6-8.5-6Z" />
    <circle cx="10" cy="10" r="2.5" />
  </svg>
);

function Blocks({ blocks, theme }) {
  return <Message blocks={blocks} name="Clearpost" logo={logo} theme={theme} data={PEOPLE} hooks={HOOKS} withoutWrapper />;
}

function Post({ entry, theme }) {
  const bot = entry.blocks !== undefined;
  const initials = entry.name?.split(" ").map((word) => word[0]).join("");
  return (
    <section className="post" data-bot={bot || undefined}>
      {entry.onlyYou && <p className="only-you"><Eye /> Only visible to you</p>}
      <div className="gutter">
        {bot ? <img className="avatar" src={logo} alt="" /> : <span className="avatar initials" aria-hidden="true">{initials}</span>}
        <div className="said">
          <p className="byline">
            <b>{bot ? "Clearpost" : entry.name}</b>
            {bot && <span className="app">APP</span>}
            <time>{entry.time}</time>
          </p>
          {bot ? <Blocks blocks={entry.blocks} theme={theme} /> : <p className="typed">{entry.text}</p>}
        </div>
      </div>
      {entry.status && <p className="status">{entry.status}</p>}
    </section>
  );
}

function Home({ blocks, theme }) {
  return (
    <section className="home">
      <p className="tabs"><span className="on">Home</span><span>Messages</span><span>About</span></p>
      <Blocks blocks={blocks} theme={theme} />
    </section>
  );
}

// What the renderer does not show of an input: that it is optional, and what is chosen at first.
function told(block) {
  if (block.type !== "input") return block;
  const first = block.element.initial_option?.text ?? block.element.placeholder;
  const label = { ...block.label, text: block.label.text + (block.optional ? " (optional)" : "") };
  return { ...block, label, element: { ...block.element, ...(first && { placeholder: first }) } };
}

function Modal({ view, theme }) {
  const blocks = view.blocks.map(told);
  return (
    <section className="modal">
      <p className="title"><b>{view.title.text}</b><span aria-hidden="true">✕</span></p>
      <Blocks blocks={blocks} theme={theme} />
      <p className="foot"><span>{view.close.text}</span>{view.submit && <span className="submit">{view.submit.text}</span>}</p>
    </section>
  );
}

function Sheet({ theme, width, columns }) {
  return (
    <div className="sheet" data-theme={theme}>
      {columns.map((scenes, at) => (
        <div className="column" style={{ width }} key={at}>
          {scenes.map((scene) => (
            <article className="scene" data-name={scene.name} key={scene.name}>
              {scene.place && <p className="place">{scene.place}</p>}
              {scene.modal ? <Modal view={scene.modal} theme={theme} /> : scene.home ? <Home blocks={scene.home} theme={theme} />
                : scene.entries.map((entry, number) => <Post entry={entry} theme={theme} key={number} />)}
            </article>
          ))}
        </div>
      ))}
    </div>
  );
}

const root = createRoot(document.getElementById("stage"));

window.show = async (sheet) => {
  document.documentElement.dataset.theme = sheet.theme;
  flushSync(() => root.render(<Sheet {...sheet} />));
  paint(document.body, sheet.emoji);
  document.body.getBoundingClientRect(); // laid out, so that the fonts it needs are asked for
  await document.fonts.ready;
};
