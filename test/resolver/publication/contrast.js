/**
 * Runs in a browser, as one expression: every text of the page, and every bar of its chart, with a contrast lower than
 * WCAG 2.2 level AA asks for (1.4.3 and 1.4.11).
 */
(() => {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((channel) => linear(channel / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const isClear = (color) => channels(color)[3] === 0;
  const background = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!isClear(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  const needed = (element, { fontSize, fontWeight }) => {
    if (element instanceof SVGRectElement) return 3;
    const pixels = Number.parseFloat(fontSize);
    return pixels >= 24 || (pixels >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
  };
  const seen = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getClientRects().length > 0 && (hasText(element) || element instanceof SVGRectElement),
  );
  const poor = seen.flatMap((element) => {
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    const ratio = contrast(color, background(element));
    if (ratio >= needed(element, style)) return [];
    return [`${element.tagName} "${element.textContent.slice(0, 30)}": ${ratio.toFixed(2)}`];
  });
  return { looked: seen.length, poor };
})();
