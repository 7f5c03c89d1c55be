// Teams' host configuration: sizes and spacing as in Microsoft's card designer, colours from Fluent 2's Teams themes.
const LIGHT = {
  ink: "#242424", subtle: "#616161", link: "#5b5fc7", line: "#e0e0e0",
  card: "#ffffff", emphasis: "#f5f5f5", accent: "#e8ebfa", good: "#f1faf1", warning: "#fff9f5", attention: "#fdf3f4",
  goodInk: "#0e700e", warningInk: "#bc4b09", attentionInk: "#b10e1c",
};
const DARK = {
  ink: "#ffffff", subtle: "#adadad", link: "#7f85f5", line: "#3d3d3d",
  card: "#292929", emphasis: "#1f1f1f", accent: "#2f2f4a", good: "#052505", warning: "#4a1e04", attention: "#3b0509",
  goodInk: "#54b054", warningInk: "#faa06b", attentionInk: "#dc626d",
};

export function hostConfig(theme) {
  const look = theme === "dark" ? DARK : LIGHT;
  const both = (colour, subtle = colour) => ({ default: colour, subtle });
  const foregroundColors = {
    default: both(look.ink, look.subtle),
    dark: both("#242424", "#616161"),
    light: both("#ffffff", "#d6d6d6"),
    accent: both(look.link),
    good: both(look.goodInk),
    warning: both(look.warningInk),
    attention: both(look.attentionInk),
  };
  const style = (backgroundColor) => ({ backgroundColor, foregroundColors });
  const fonts = {
    fontFamily: "'Open Sans Variable', sans-serif",
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
  };
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: look.line },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    imageSizes: { small: 32, medium: 52, large: 100 },
    fontTypes: { default: fonts, monospace: fonts },
    textStyles: { heading: { size: "large", weight: "bolder", color: "default", isSubtle: false, fontType: "default" } },
    containerStyles: {
      default: style(look.card),
      emphasis: style(look.emphasis),
      accent: style(look.accent),
      good: style(look.good),
      warning: style(look.warning),
      attention: style(look.attention),
    },
    actions: {
      maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left",
      showCard: { actionMode: "inline", inlineTopMargin: 16, style: "emphasis" },
    },
    adaptiveCard: { allowCustomStyle: false },
    factSet: {
      title: { weight: "bolder", wrap: true, maxWidth: 150 }, value: { wrap: true }, spacing: 16,
    },
  };
}
