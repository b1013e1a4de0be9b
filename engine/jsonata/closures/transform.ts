import { apply, nativeValue } from '../apply.ts';
import { native } from '../callable.ts';
import { JsonataError } from '../failure.ts';
import type { Frame } from '../frame.ts';
import { TRANSFORM_SIGNATURE } from '../functions/natives.ts';
import { isList } from '../list.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { isFunction, isListOfTexts, keysOf, memberOf } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** `|where|what, without|`: a function that gives a changed copy. */
export function compileTransform(node: TreeNode, compiler: Compiler): Run {
  const pattern = compiler.compile(nodeOf(node.pattern));
  const update = compiler.compile(nodeOf(node.update));
  const deletion = node.delete === undefined ? null : compiler.compile(node.delete);
  const transform = (value: unknown, frame: Frame): unknown => {
    if (value === undefined) return undefined;
    const native = compiler.nativeNamed('clone');
    const clone = native ?? frame.lookup('clone');
    if (!isFunction(clone)) throw new JsonataError('T2013', { position: node.position });
    const made = apply(clone, [value], null, frame);
    // A `$clone` of the expression's own may hand on what it was given.
    const result = native === undefined ? copied(made) : made;
    const found = pattern(result, frame);
    if (found === undefined) return result;
    for (const match of isList(found) ? found : [found]) {
      meter.step();
      change(match, update(match, frame), node.update?.position);
      if (deletion !== null) remove(match, deletion(match, frame), node.delete?.position);
    }
    return result;
  };
  return (_, frame) =>
    nativeValue(native('transform', ['obj'], TRANSFORM_SIGNATURE, ([value]) => transform(value, frame)));
}

function copied(value: unknown): unknown {
  meter.work(meter.weigh(value));
  return copyOf(value);
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // With the marks of a list.
  if (isList(value)) return Object.assign([], value, value.map(copyOf));
  return Object.fromEntries(keysOf(value).map((key) => [key, copyOf(memberOf(value, key))]));
}

function change(match: unknown, update: unknown, position: number | undefined): void {
  if (update === undefined) return;
  if (typeof update !== 'object' || update === null || isList(update)) {
    throw new JsonataError('T2011', { position, value: update });
  }
  for (const name of keysOf(update)) {
    (match as Record<string, unknown>)[name] = memberOf(update, name);
  }
  meter.forget();
}

function remove(match: unknown, names: unknown, position: number | undefined): void {
  if (names === undefined) return;
  const listed = isList(names) ? names : [names];
  if (!isListOfTexts(listed)) throw new JsonataError('T2012', { position, value: names });
  if (typeof match !== 'object' || match === null) return;
  for (const name of listed) Reflect.deleteProperty(match, name);
  meter.forget();
}
