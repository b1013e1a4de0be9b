import { lambdaValue } from '../apply.ts';
import { Thunk } from '../callable.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { Signature } from '../signature.ts';
import type { TreeNode } from '../tree.ts';
import { compileThunk } from './call.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** `function($a) { b }`, and what the parser makes of a call at the end of one. */
export function compileLambda(node: TreeNode, compiler: Compiler, isTail: boolean): Run {
  const body = nodeOf(node.body);
  if (node.thunk === true) {
    // What stands behind the call is to be applied to what it yields.
    if (!isTail || body.group !== undefined || body.keepArray === true) return compiler.compile(body);
    const call = compileThunk(body, compiler);
    return (input, frame) => {
      meter.step();
      return new Thunk(call, input, frame);
    };
  }
  const parameters = (node.arguments ?? []).map(({ value }) => String(value));
  const signature = node.signature as Signature | undefined;
  const run = compiler.compileBody(body);
  return (input, frame) => {
    meter.step();
    return lambdaValue({ kind: 'lambda', parameters, signature, body: run, input, frame, mark: undefined });
  };
}
