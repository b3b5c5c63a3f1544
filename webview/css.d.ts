// A style sheet is imported for its effect: esbuild puts it into dist/view.css.
declare module '*.css';
