import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { errorWords } from '../../engine/domain/error-words.ts';
import { checkDocument } from '../terminal/check-json.ts';
import { CompiledContracts } from './compiled-contracts.ts';
import type { Job, JobResult } from './job.ts';
import { RESULT_LENGTH_MAX } from './limits.ts';
import { makePreview } from './make-preview.ts';
import { problemBody, type Problem } from './problem.ts';

const compiledContracts = new CompiledContracts();

/** Does a job in an evaluating process. Never rejects: what goes wrong is an answer too. */
export async function evaluateJob(job: Job): Promise<JobResult> {
  try {
    const result = job.kind === 'check' ? check(job.rules) : await preview(job);
    if (result.body.length <= RESULT_LENGTH_MAX) return result;
    return refused({
      status: 422,
      code: 'evaluation-ended',
      message: `The answer would be longer than ${RESULT_LENGTH_MAX} characters.`,
      help: 'An expression of the rules makes a text or a list that is far too long.',
    });
  } catch (error) {
    return refused({
      status: 422,
      code: 'evaluation-ended',
      message: `The evaluation came to an end without an answer: ${errorWords(error)}.`,
      help: 'If the rules do nothing unusual, this is a fault of the engine: report it with the request.',
    });
  }
}

function check(rules: ContractSource): JobResult {
  const { diagnostics, silenced } = compiledContracts.of(rules).compiled;
  const { files } = rules;
  const { contracts } = checkDocument([{ folder: '', diagnostics, silenced, notes: [], files }]);
  const documents = contracts.map(({ diagnostics, silenced, counts }) => ({ diagnostics, silenced, counts }));
  return { status: 200, body: JSON.stringify(documents[0]) };
}

async function preview(job: Extract<Job, { kind: 'preview' }>): Promise<JobResult> {
  const previewed = await makePreview(compiledContracts.of(job.rules), job.situation, job.live, job.now);
  switch (previewed.kind) {
    case 'preview':
      return { status: 200, body: JSON.stringify(previewed.preview) };
    case 'mistakes':
      return refused({
        status: 400,
        code: 'invalid-request',
        message: 'The situation does not fit the rules.',
        help: 'Tickets and comments are written in the names of itsm.yaml.',
        mistakes: previewed.mistakes,
      });
    case 'rules-have-errors':
      return refused({
        status: 422,
        code: 'rules-have-errors',
        message: 'The rules have errors: there is nothing to preview.',
        help: 'Mend what the diagnostics name.',
        diagnostics: previewed.diagnostics,
      });
  }
}

const refused = (problem: Problem): JobResult => ({
  status: problem.status,
  body: JSON.stringify(problemBody(problem)),
});
