// Puts pictures in the place of emoji: this machine may have no emoji font, and Slack shows pictures, too.
export function paint(root, pictures) {
  const known = Object.keys(pictures).sort((one, other) => other.length - one.length);
  if (!known.length) return;
  const pattern = new RegExp(`(${known.join("|")})\uFE0F?`, "u");
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(pattern);
    if (parts.length > 1) text.replaceWith(...parts.map((part) => (part in pictures ? picture(part, pictures[part]) : part)));
  }
}

function picture(emoji, source) {
  const image = document.createElement("img");
  image.className = "emoji";
  image.alt = emoji;
  image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
  return image;
}
