import * as vscode from 'vscode';
import { type Result } from '../base/result';
import { readUri } from '../disk/uriFile';
import { type Subject } from '../session/subject';
import { decodeUnicode } from '../text/decodeUnicode';

/** Turns the bytes of a file of this name into rows of numbers. */
export type ParseValues = (bytes: Uint8Array, name: string) => Result<NonNullable<Subject['values']>>;

/**
 * A file of rows of numbers as what is read; one of text keeps its text too, so that its rows are found in the editor.
 */
export async function subjectOfValuesFile(uri: vscode.Uri, parseValues: ParseValues): Promise<Result<Subject>> {
  const title = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const bytes = await readUri(uri);
  const values = parseValues(bytes, title);
  if (!values.ok) return values;
  const text = /\.np[yz]$/i.test(title) ? '' : decodeUnicode(bytes);
  const ranges = text === '' ? [] : [{ start: 0, end: text.length }];
  return {
    ok: true,
    value: { title, text, uri: uri.toString(), ranges, borders: [], isStored: true, values: values.value },
  };
}

/** The rows of numbers that the text of a subject holds; without an ending its title is taken for that of a table. */
export function valuesOfText({ text, title }: Subject, parseValues: ParseValues): ReturnType<ParseValues> {
  return parseValues(new TextEncoder().encode(text), /\.\w+$/.test(title) ? title : `${title}.csv`);
}

/**
 * The same subject with its rows read anew, from its text or, where it has none, its file; as it is where they cannot
 * be read.
 */
export async function readValuesAgain(subject: Subject, parseValues: ParseValues): Promise<Subject> {
  if (subject.text === '' && subject.uri !== undefined) {
    const read = await subjectOfValuesFile(vscode.Uri.parse(subject.uri), parseValues).catch(() => null);
    return read?.ok === true ? read.value : subject;
  }
  const values = valuesOfText(subject, parseValues);
  return values.ok ? { ...subject, values: values.value } : subject;
}
