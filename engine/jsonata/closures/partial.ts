import { lambdaValue } from '../apply.ts';
import { calleeOf, type Callable, type Native } from '../callable.ts';
import { JsonataError } from '../failure.ts';
import { Frame } from '../frame.ts';
import { callNative } from '../functions/call-native.ts';
import { parametersOf } from '../functions/natives.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { calledName, keepFromForgottenDollar } from './call.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** `?` among the arguments. */
const OPEN = Symbol('open');

/** `$f(a, ?)` */
export function compilePartial(node: TreeNode, compiler: Compiler): Run {
  const given = (node.arguments ?? []).map((argument): Run =>
    argument.type === 'operator' && argument.value === '?' ? () => OPEN : compiler.compile(argument),
  );
  const procedureNode = nodeOf(node.procedure);
  const procedure = compiler.compile(procedureNode);
  return (input, frame) => {
    meter.step();
    const values = given.map((argument) => argument(input, frame));
    const callee = procedure(input, frame);
    if (callee === undefined) keepFromForgottenDollar('T1007', node, frame);
    if (typeof callee === 'function') return partial(callee as Callable, values, frame);
    throw new JsonataError('T1008', { position: node.position, token: calledName(procedureNode) });
  };
}

function partial(value: Callable, given: readonly unknown[], frame: Frame): Callable {
  const callee = calleeOf(value);
  if (callee?.kind === 'wrapped') return partial(callee.inner as Callable, given, frame);
  if (callee?.kind === 'lambda') {
    return withOpen(callee.parameters, given, callee.input, callee.frame, callee.body);
  }
  const names = callee?.parameters ?? parametersOf(value);
  keepFromDefaults(names);
  const body: Run = (input, within) => {
    const arguments_ = names.map((name) => within.lookup(name));
    if (callee === undefined) return value(...arguments_);
    return callNative(callee satisfies Native, arguments_, { input, frame: within });
  };
  return withOpen(names, given, undefined, frame, body);
}

/** A function of the arguments that are still open. */
function withOpen(
  parameters: readonly string[],
  given: readonly unknown[],
  input: unknown,
  outer: Frame,
  body: Run,
): Callable {
  const frame = new Frame(outer);
  const open = parameters.filter((name, index) => {
    if (given[index] === OPEN) return true;
    frame.bind(name, given[index]);
    return false;
  });
  return lambdaValue({
    kind: 'lambda',
    parameters: open,
    signature: undefined,
    body,
    input,
    frame,
    mark: undefined,
  });
}

/** The library reads the arguments from the text of the function as it reads an expression, where `a = 1` is none. */
function keepFromDefaults(names: readonly string[]): void {
  const index = names.findIndex((name) => name.includes('='));
  const position = `function($${names.join(', $')})`.indexOf('=') + 1;
  if (index !== -1) throw new JsonataError('S0208', { token: '=', value: index + 1, position });
}
