import { callable, calleeOf, Thunk, type Callable, type Lambda, type Native } from './callable.ts';
import { JsonataError, thrown } from './failure.ts';
import { Frame } from './frame.ts';
import { meter, type Mark } from './meter.ts';
import { callNative } from './functions/call-native.ts';

/** Calls a function, and what it calls at its end, with `input` as the context of functions of the language. */
export function apply(procedure: unknown, given: readonly unknown[], input: unknown, frame: Frame): unknown {
  let result = applyOnce(procedure, given, input, frame);
  while (result instanceof Thunk) {
    const { call, input: from, frame: within } = result;
    const next = call.procedure(from, within);
    remember(next, call.token, call.position);
    const arguments_ = call.given.map((argument) => argument(from, within));
    // What it calls back may come here again, and so on.
    meter.enter(call.levels);
    result = applyOnce(next, arguments_, input, frame);
    meter.leave(call.levels);
  }
  return result;
}

function applyOnce(procedure: unknown, given: readonly unknown[], input: unknown, frame: Frame): unknown {
  try {
    meter.step();
    if (typeof procedure !== 'function') throw new JsonataError('T1006');
    const callee = calleeOf(procedure);
    if (callee?.kind === 'native') return callNative(callee, valid(callee, given, input), { input, frame });
    if (callee?.kind === 'lambda') return enter(callee, valid(callee, given, input));
    return Reflect.apply(procedure, input, given) as unknown;
  } catch (error) {
    const mark = markOf(procedure);
    if (mark === undefined) throw error;
    const where = thrown(error);
    if (where.token === undefined && mark.token !== undefined) where.token = mark.token;
    // The library has it so: the call, not what broke in the function.
    where.position = mark.position ?? where.position;
    throw error;
  }
}

function valid(callee: Lambda | Native, given: readonly unknown[], input: unknown): readonly unknown[] {
  if (callee.signature === undefined) return given;
  if (callee.kind === 'native' && callee.isPlain?.(given) === true) return given;
  return callee.signature.validate(given, input);
}

function enter({ parameters, body, input, frame }: Lambda, given: readonly unknown[]): unknown {
  const inner = new Frame(frame);
  for (let index = 0; index < parameters.length; index++) inner.bind(parameters[index] ?? '', given[index]);
  return body(input, inner);
}

/** Keeps in mind where a function is called and by which name. */
export function remember(procedure: unknown, token: unknown, position: number | undefined): void {
  if (typeof procedure !== 'function') return;
  const callee = calleeOf(procedure);
  const name = token === null ? markOf(procedure)?.token : token;
  if (callee?.kind === 'lambda') callee.mark = { token: name, position };
  else meter.mark(procedure, { token: name, position });
}

function markOf(procedure: unknown): Mark | undefined {
  if (typeof procedure !== 'function') return undefined;
  const callee = calleeOf(procedure);
  return callee?.kind === 'lambda' ? callee.mark : meter.markOf(procedure);
}

/** A lambda as a value of the expression. */
export function lambdaValue(lambda: Lambda): Callable {
  const value: Callable = callable(lambda, lambda.parameters.length, (...given) =>
    apply(value, given, lambda.input, lambda.frame),
  );
  return value;
}

/** A function of the language as a value: the same object wherever it is named. */
export function nativeValue(native: Native): Callable {
  const value: Callable = callable(native, native.arity, (...given) => apply(value, given, null, NOWHERE));
  return value;
}

const NOWHERE = new Frame(null);

/** A function as an argument. Handed on and on, it is wrapped again and again. */
export const wrapped = (value: (...given: unknown[]) => unknown, arity: number, frame: Frame): Callable =>
  callable({ kind: 'wrapped', inner: value }, arity, (...given) => {
    meter.enter(1);
    const result = apply(value, given, null, frame);
    meter.leave(1);
    return result;
  });
