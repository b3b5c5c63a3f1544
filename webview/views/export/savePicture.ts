import { showHidden } from '../../../src/base/foreignText';

/** Hands bytes to whoever can save them. */
export type PostSave = (message: {
  readonly type: 'save';
  readonly suggestedName: string;
  readonly data: ArrayBuffer;
}) => void;

/** Saves a text as UTF-8. */
export function saveText(post: PostSave, suggestedName: string, text: string): void {
  post({ type: 'save', suggestedName, data: new TextEncoder().encode(text).buffer });
}

/** Saves a drawing; what is hidden in its texts is shown, since XML cannot hold it. */
export function saveSvg(post: PostSave, suggestedName: string, svg: string): void {
  saveText(post, suggestedName, `<?xml version="1.0" encoding="UTF-8"?>\n${showHidden(svg)}`);
}

/** Saves a drawing as pixels, two a CSS pixel. */
export async function saveSvgAsPng(post: PostSave, suggestedName: string, svg: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(showHidden(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  await saveCanvas(post, suggestedName, canvas);
}

/** Saves a canvas as PNG. */
export async function saveCanvas(post: PostSave, suggestedName: string, canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) post({ type: 'save', suggestedName, data: await blob.arrayBuffer() });
}
