// Runs in every frame of the page before its own scripts: notes when a heatmap and the gradients are painted, long tasks and frame intervals.
(() => {
  const watch = { paintedAt: [], longTasks: [], intervals: [], frames: 0, lastFrameAt: NaN, gradientAt: NaN };
  globalThis.__bench = watch;
  const now = () => performance.timeOrigin + performance.now();
  /** Behind the frame that shows what has just been asked for. */
  const afterNextFrame = (note) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = note;
      channel.port2.postMessage(null);
    });
  // VS Code writes the document of a web view anew, which takes listeners off its window: ours comes with the view's own.
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    listen.call(this, type, ...rest);
    if (type !== 'message' || this !== globalThis || watch.isListening) return;
    watch.isListening = true;
    listen.call(this, 'message', ({ data }) => {
      if (data?.type === 'answer' && data.result?.value?.layers?.[0]?.dLdh)
        afterNextFrame(() => (watch.gradientAt = now()));
      if (!data || data.type !== 'frame') return;
      watch.frames += 1;
      watch.lastFrameAt = now();
    });
  };
  // The heatmaps are the only pictures that are drawn from a canvas off screen. What came before the first values does not
  // count, and nothing counts before the last column in sight has its colours (a text's beginning lies in one such picture).
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  let isNoted = false;
  /** The next values that arrive count as the first. */
  watch.arm = () => {
    watch.frames = 0;
    watch.paintedAt = [];
    isNoted = false;
  };
  const hasLastColumn = (source, left, width) =>
    source.getContext('2d').getImageData(left + width - 1, 0, 1, 1).data[3] > 0;
  CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
    draw.call(this, source, ...rest);
    if (
      watch.frames === 0 ||
      isNoted ||
      !(source instanceof OffscreenCanvas) ||
      !hasLastColumn(source, rest[0], rest[2])
    )
      return;
    isNoted = true;
    afterNextFrame(() => watch.paintedAt.push(now()));
  };
  new PerformanceObserver((list) => {
    // The workbench shares the thread; its own tasks are named for the frame that they ran in.
    for (const entry of list.getEntries()) if (entry.name === 'self') watch.longTasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  let last = 0;
  watch.sample = (isOn) => {
    watch.isSampling = isOn;
    if (!isOn) return;
    watch.intervals = [];
    watch.longTasks = [];
    last = 0;
    const step = (time) => {
      if (last > 0) watch.intervals.push(time - last);
      last = time;
      if (watch.isSampling) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };
})();
