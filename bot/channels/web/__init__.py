"""The web chat: pages that work without JavaScript, a little JavaScript that makes them pleasant, no build step."""
