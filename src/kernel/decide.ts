import type { Event } from './event.ts';
import type { Input } from './input.ts';
import type { Decision } from './rejection.ts';
import { approvePolicyRule, approveRule } from './rules/approve.ts';
import { acceptPlanRule } from './rules/accept-plan.ts';
import { assignRule } from './rules/assign.ts';
import { breakerRule } from './rules/breaker.ts';
import { cancelRule } from './rules/cancel.ts';
import { checkpointRule } from './rules/checkpoint.ts';
import { withCounts } from './rules/count.ts';
import { claimRule } from './rules/claim.ts';
import { beginRule, endRule, startRule } from './rules/epoch.ts';
import { freezeRule, thawRule } from './rules/freeze.ts';
import { awaitingMergeRule, blockedIntegrationRule, integratedRule, retryIntegrationRule } from './rules/integrate.ts';
import { closedElsewhereRule, mergedElsewhereRule } from './rules/merged-elsewhere.ts';
import { judgedRule } from './rules/judge.ts';
import { lostRule, ranOutRule, stoppedRule } from './rules/lose.ts';
import { noteRule, refuseRule, takenRule, lateRule } from './rules/message.ts';
import { organiseRule, reorganiseRule } from './rules/organise.ts';
import { overrideRule } from './rules/override.ts';
import { pauseRule, resumeRule } from './rules/pause.ts';
import { blockRule, progressRule, releaseRule, renewRule } from './rules/hold.ts';
import { doneRule, finishedRule, startedRule } from './rules/report.ts';
import { giveRule, reassignRule, seizeRule } from './rules/reassign.ts';
import { adoptHomeRule, moveHomeRule } from './rules/home.ts';
import { answerRule, questionRule } from './rules/question.ts';
import { retryRule } from './rules/retry.ts';
import { postponeRule } from './rules/revise.ts';
import { fitnessRule } from './rules/fitness.ts';
import { incidentRule, recoveredRule } from './rules/incident.ts';
import { rollBackRule } from './rules/roll-back.ts';
import { joinRule } from './rules/seat.ts';
import { snapshotRule } from './rules/snapshot.ts';
import { skipRule } from './rules/skip.ts';
import { undoRule } from './rules/undo.ts';
import { targetRule } from './rules/target.ts';
import { takeRule } from './rules/take.ts';
import { retrustRule, trustRule } from './rules/trust.ts';
import { tickRule } from './rules/tick.ts';
import type { State } from './state.ts';

/** What follows from an input in a state: events, or the domain's "no". Pure: neither state nor input is changed. */
export function decide(state: State, input: Input): Decision<Event> {
  const decision = ruled(state, input);
  return decision.ok ? { ok: true, events: withCounts(state, input, decision.events) } : decision;
}

function ruled(state: State, input: Input): Decision<Event> {
  switch (input.type) {
    case 'start':
      return startRule(state, input);
    case 'begin':
      return beginRule(state, input);
    case 'end':
      return endRule(state, input);
    case 'organise':
      return organiseRule(state, input);
    case 'trust':
      return trustRule(state, input);
    case 'reorganise':
      return reorganiseRule(state, input);
    case 'retrust':
      return retrustRule(state, input);
    case 'approve_policy':
      return approvePolicyRule(state, input);
    case 'submit':
      return acceptPlanRule(state, input);
    case 'postpone':
      return postponeRule(state, input);
    case 'approve':
      return approveRule(state, input);
    case 'cancel':
      return cancelRule(state, input);
    case 'tick':
      return tickRule(state, input);
    case 'assign':
      return assignRule(state, input);
    case 'claim':
      return claimRule(state, input);
    case 'take':
      return takeRule(state, input);
    case 'renew':
      return renewRule(state, input);
    case 'release':
      return releaseRule(state, input);
    case 'block':
      return blockRule(state, input);
    case 'question':
      return questionRule(state, input);
    case 'answer':
      return answerRule(state, input);
    case 'give':
      return giveRule(state, input);
    case 'progress':
      return progressRule(state, input);
    case 'done':
      return doneRule(state, input);
    case 'started':
      return startedRule(state, input);
    case 'finished':
      return finishedRule(state, input);
    case 'judged':
      return judgedRule(state, input);
    case 'lost':
      return lostRule(state, input);
    case 'ran_out':
      return ranOutRule(state, input);
    case 'stopped':
      return stoppedRule(state, input);
    case 'late':
      return lateRule(state, input);
    case 'integrated':
      return integratedRule(state, input);
    case 'awaiting_merge':
      return awaitingMergeRule(state, input);
    case 'merged_elsewhere':
      return mergedElsewhereRule(state, input);
    case 'closed_elsewhere':
      return closedElsewhereRule(state, input);
    case 'integration_blocked':
      return blockedIntegrationRule(state, input);
    case 'retry':
      return retryRule(state, input);
    case 'retry_integration':
      return retryIntegrationRule(state, input);
    case 'skip':
      return skipRule(state, input);
    case 'reassign':
      return reassignRule(state, input);
    case 'seize':
      return seizeRule(state, input);
    case 'undo':
      return undoRule(state, input);
    case 'join':
      return joinRule(state, input);
    case 'move_home':
      return moveHomeRule(state, input);
    case 'adopt_home':
      return adoptHomeRule(state, input);
    case 'override':
      return overrideRule(state, input);
    case 'pause':
      return pauseRule(state, input);
    case 'resume':
      return resumeRule(state, input);
    case 'freeze':
      return freezeRule(state, input);
    case 'thaw':
      return thawRule(state, input);
    case 'snapshot':
      return snapshotRule(state, input);
    case 'roll_back':
      return rollBackRule(state, input);
    case 'breaker':
      return breakerRule(state, input);
    case 'incident':
      return incidentRule(state, input);
    case 'fitness':
      return fitnessRule(state, input);
    case 'target_look':
      return targetRule(state, input);
    case 'recovered':
      return recoveredRule(state, input);
    case 'refuse':
      return refuseRule(state, input);
    case 'taken':
      return takenRule(state, input);
    case 'checkpoint':
      return checkpointRule(state, input);
    case 'note':
      return noteRule(state, input);
    default:
      return input satisfies never;
  }
}
