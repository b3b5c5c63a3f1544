// Runs before a page's own scripts: each canvas keeps the boxes of the texts drawn on it since it was last cleared, in its own
// CSS pixels, so that the checks of overlap and clipping see them.
(() => {
  const { fillText, clearRect, measureText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    const scale = this.getTransform().a;
    if (
      x <= 0 &&
      y <= 0 &&
      (x + width) * scale >= this.canvas.width - scale &&
      (y + height) * scale >= this.canvas.height - scale
    )
      this.canvas.labels = [];
    return clearRect.call(this, x, y, width, height);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, widest) {
    const size = measureText.call(this, text);
    const { a, e, f } = this.getTransform();
    const width = Math.min(widest ?? Infinity, size.actualBoundingBoxLeft + size.actualBoundingBoxRight);
    const ratio = window.devicePixelRatio;
    const left = (x - size.actualBoundingBoxLeft) * a + e;
    const top = (y - size.actualBoundingBoxAscent) * a + f;
    const height = size.actualBoundingBoxAscent + size.actualBoundingBoxDescent;
    if (text.trim() !== '')
      (this.canvas.labels ??= []).push({
        text,
        left: left / ratio,
        top: top / ratio,
        width: (width * a) / ratio,
        height: (height * a) / ratio,
      });
    return widest === undefined ? fillText.call(this, text, x, y) : fillText.call(this, text, x, y, widest);
  };
})();
