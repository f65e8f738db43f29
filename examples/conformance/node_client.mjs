// A telephone of its own, in plain JavaScript and without a dependency: calls between two people, several telephones
// each, holding and muting. It was written from docs/reference/lifecycles.md, limits.md, end-reasons.md and
// conformance-protocol.md, and shares no line with calltape.
//
//   calltape conform -- node examples/conformance/node_client.mjs

import { createInterface } from 'node:readline';

const LEVELS = ['calls', 'endpoints', 'hold', 'mute'];
const SECOND = 1_000_000; // instants are whole microseconds

// In which states of the leg, of the participant and of the offer a command is taken. What is not here is refused.
const SETTING_UP = ['Connecting', 'Ringing', 'EarlyMedia'];
const UP = ['Connected', 'LocalHold', 'RemoteHold'];
const LIVE = [...SETTING_UP, 'InLobby', ...UP];
const TAKES = {
  StartCall: { leg: ['None'], roster: ['Idle'] },
  Offer: { leg: ['None', 'Incoming'], roster: SETTING_UP, offer: ['None'] },
  ReportAlerted: { leg: ['None', 'Incoming'], roster: SETTING_UP, offer: ['Offered'] },
  ReportEarlyMedia: { leg: ['None', 'Incoming', 'InLobby'], roster: ['Connecting', 'Ringing', 'InLobby'] },
  Accept: { leg: ['Incoming'], roster: SETTING_UP, offer: ['Offered'] },
  Reject: { leg: ['Incoming'], roster: SETTING_UP, offer: ['Offered'] },
  ReportBusy: { leg: ['Incoming'], roster: SETTING_UP, offer: ['Offered'] },
  ReportUnreachable: { leg: ['None', 'Incoming'], roster: ['Idle', ...SETTING_UP] },
  ReportMediaConnected: { leg: SETTING_UP, roster: SETTING_UP },
  ReportMediaFailed: { leg: SETTING_UP, roster: SETTING_UP },
  ReportMediaLost: { leg: UP },
  ReportMediaRestored: { leg: UP },
  HangUp: { leg: LIVE },
  ReportMediaClosed: { leg: ['Disconnecting'] },
  YieldToGlare: { leg: SETTING_UP, roster: SETTING_UP },
  Hold: { leg: ['Connected', 'RemoteHold'] },
  ReportHeld: { leg: ['Connected', 'RemoteHold'], roster: ['Connected'] },
  ReportHoldFailed: { leg: ['Connected', 'RemoteHold'] },
  Resume: { leg: UP },
  ReportResumed: { leg: ['LocalHold'], roster: ['Hold'] },
  ReportResumeFailed: { leg: ['LocalHold'] },
  Mute: { leg: LIVE },
  Unmute: { leg: LIVE },
  MuteIncomingAudio: { leg: LIVE },
  UnmuteIncomingAudio: { leg: LIVE },
  MuteParticipant: { leg: ['Connected', 'LocalHold'] },
  MuteAll: {},
};

const REASONS = {
  hungUp: [0, 0], endedForAll: [0, 4097], tooLong: [0, 5003], setUpTooLong: [408, 10057], noMedia: [410, 301004],
  mediaLost: [410, 301005], notRegistered: [480, 10037], cancelled: [487, 0], elsewhere: [487, 10003],
  noAnswer: [487, 10004], allDeclined: [487, 10024], busy: [600, null], declined: [603, 0],
};
const PROGRESS = ['Disconnected', 'Disconnecting', 'None', 'Incoming', 'Connecting', 'InLobby', 'Ringing', 'EarlyMedia',
  'RemoteHold', 'LocalHold', 'Connected'];

class Refusal extends Error {
  constructor(lifecycle, state) {
    super(`refused by ${lifecycle} in ${state}`);
    Object.assign(this, { lifecycle, state });
  }
}

const reason = (name) => ({ code: REASONS[name][0], subcode: REASONS[name][1] });
const pair = (why) => (why ? `${why.code}/${why.subcode ?? '-'}` : null);

class Person {
  constructor(id) {
    Object.assign(this, {
      id, leg: 'None', roster: 'Idle', offers: new Map(), accepted: false, declined: false, left: null, other: null,
      muted: false, hearsNothing: false, asked: null, until: {}, // `until`: what is waited for, and until when
    });
  }
  get isPresent() { return this.roster !== 'Disconnected'; }
  ringing() { return [...this.offers].filter(([, state]) => state === 'Offered').map(([place]) => place); }
}

class Call {
  constructor(limits) {
    Object.assign(this, {
      limits, kind: null, starter: null, answered: false, isOver: false, ended: null, endsBy: null,
      people: new Map(), applied: new Set(), events: [],
    });
  }

  // ── one command ──

  give(command) {
    this.events = [];
    if (this.applied.has(command.id)) return;
    this.allow(command);
    this[command.type](command, this.people.get(command.participant));
    if (this.events.length) this.applied.add(command.id);
    this.#end();
  }

  allow({ type, participant, endpoint }) {
    if (this.isOver) throw new Refusal('call', 'Disconnected');
    if (this.kind === null && type !== 'StartCall') throw new Refusal('call', 'None');
    if (participant === undefined) return;
    const known = this.people.get(participant);
    const person = type === 'StartCall' && (known?.leg ?? 'Disconnected') === 'Disconnected' ? new Person(participant) : known;
    if (person === undefined) throw new Refusal('participant', 'Idle');
    const takes = TAKES[type];
    if (!takes.leg.includes(person.leg)) throw new Refusal('call', person.leg);
    if (takes.roster && !takes.roster.includes(person.roster)) throw new Refusal('participant', person.roster);
    const offer = person.offers.get(endpoint) ?? 'None';
    if (takes.offer && endpoint !== undefined && !takes.offer.includes(offer)) throw new Refusal('incoming_call', offer);
  }

  tell(event, data = {}) { this.events.push({ event, data }); }
  after(at, limit) { return at + this.limits[limit] * SECOND; }
  state() {
    const legs = [...this.people.values()].map((person) => PROGRESS.indexOf(person.leg));
    return legs.length ? PROGRESS[Math.max(...legs)] : 'None';
  }
  peer(person) { return this.people.get(person.other); }

  // ── setting up ──

  StartCall({ participant, endpoint, callees, at, call_id, is_muted = false }) {
    const isWrong = callees.length !== 1 || callees.includes(participant);
    if (this.kind !== null || isWrong) throw new Refusal('call', this.state());
    const [callee] = callees;
    const until = this.after(at, 'establish_one_to_one_s');
    const caller = Object.assign(new Person(participant), {
      leg: 'Connecting', roster: 'Connecting', accepted: true, other: callee, muted: is_muted, until: { establish: until },
    });
    const called = Object.assign(new Person(callee), { roster: 'Connecting', other: participant, until: { establish: until } });
    Object.assign(this, { kind: 'one_to_one', starter: participant, endsBy: this.after(at, 'call_duration_max_s') });
    this.people = new Map([[participant, caller], [callee, called]]);
    this.tell('call.started', { call_id, kind: this.kind, starter: participant, waits_for_answer: true, ends_by: this.endsBy });
    this.tell('participant.joined', { participant, endpoint, establish_until: until, is_muted });
    this.tell('participant.invited', { participant: callee, by: participant, answer_until: until });
  }

  Offer({ endpoint }, me) {
    if (me.accepted) throw new Refusal('call', me.leg);
    me.leg = 'Incoming';
    me.offers.set(endpoint, 'Offered');
    this.tell('call.offered', { participant: me.id, endpoint, caller: me.other });
  }

  ReportAlerted({ endpoint = null }, me) {
    if (me.roster === 'Connecting') me.roster = 'Ringing';
    const caller = this.peer(me);
    if (caller.leg === 'Connecting') caller.leg = 'Ringing';
    this.tell('participant.alerted', { participant: me.id, endpoint });
  }

  ReportEarlyMedia(_, me) {
    me.roster = 'EarlyMedia';
    const caller = this.peer(me);
    if (SETTING_UP.includes(caller.leg)) caller.leg = 'EarlyMedia';
    this.tell('early_media.started', { participant: me.id });
  }

  Accept({ endpoint, is_muted = false }, me) {
    this.tell('call.accepted', { participant: me.id, endpoint, is_muted, is_first: !this.answered });
    Object.assign(me, { leg: 'Connecting', accepted: true, muted: is_muted });
    me.offers.set(endpoint, 'Accepted');
    this.answered = true;
    this.stopRinging(me, reason('elsewhere'));
  }

  Reject(command, me) { this.turnDown(command, me, 'declined', me.offers.size > 1 ? 'allDeclined' : 'declined'); }
  ReportBusy(command, me) { this.turnDown(command, me, 'busy', me.declined ? 'allDeclined' : 'busy'); }

  turnDown({ endpoint }, me, here, everywhere) {
    this.tell('offer.rejected', { participant: me.id, endpoint, reason: reason(here) });
    me.offers.set(endpoint, 'Rejected');
    if (here === 'declined') me.declined = true;
    if (me.ringing().length === 0) this.leave(me, reason(everywhere), this.now);
  }

  ReportUnreachable(_, me) { this.leave(me, reason('notRegistered'), this.now); }
  ReportMediaFailed(_, me) { this.leave(me, reason('noMedia'), this.now); }

  ReportMediaConnected(_, me) {
    if (!this.answered && me.id === this.starter) throw new Refusal('call', me.leg);
    const isHeld = this.peer(me).roster === 'Hold';
    Object.assign(me, { leg: isHeld ? 'RemoteHold' : 'Connected', roster: 'Connected' });
    delete me.until.establish;
    this.tell(isHeld ? 'participant.connected_under_hold' : 'participant.connected', { participant: me.id });
  }

  ReportMediaLost({ at }, me) {
    if (me.until.reconnect) return;
    me.until.reconnect = this.after(at, 'reconnect_s');
    this.tell('media.lost', { participant: me.id, reconnect_until: me.until.reconnect });
  }

  ReportMediaRestored(_, me) {
    if (!me.until.reconnect) return;
    delete me.until.reconnect;
    this.tell('media.restored', { participant: me.id });
  }

  // ── holding ──

  Hold({ at }, me) {
    if (me.asked !== 'hold') this.ask(me, 'hold', at);
  }

  Resume({ at }, me) {
    if (me.asked === 'resume') return;
    if (me.leg !== 'LocalHold' && me.asked !== 'hold') throw new Refusal('call', me.leg);
    this.ask(me, 'resume', at);
  }

  ask(me, what, at) {
    Object.assign(me, { asked: what });
    me.until.modality = this.after(at, 'modality_s');
    this.tell(`${what}.requested`, { participant: me.id, until: me.until.modality });
  }

  settled(me) {
    me.asked = null;
    delete me.until.modality;
  }

  ReportHeld(_, me) {
    Object.assign(me, { leg: 'LocalHold', roster: 'Hold' });
    if (me.asked === 'hold') this.settled(me);
    const other = this.peer(me);
    if (other.leg === 'Connected') other.leg = 'RemoteHold';
    this.tell('participant.held', { participant: me.id });
  }

  ReportHoldFailed(_, me) {
    if (me.asked === null) return;
    this.settled(me);
    this.tell('hold.failed', { participant: me.id });
  }

  ReportResumed(_, me) {
    const other = this.peer(me);
    const isHeld = other.roster === 'Hold';
    Object.assign(me, { leg: isHeld ? 'RemoteHold' : 'Connected', roster: 'Connected' });
    this.settled(me);
    if (other.leg === 'RemoteHold') other.leg = 'Connected';
    this.tell(isHeld ? 'participant.resumed_under_hold' : 'participant.resumed', { participant: me.id });
  }

  ReportResumeFailed(_, me) {
    if (me.asked !== 'resume') return;
    this.settled(me);
    this.tell('resume.failed', { participant: me.id });
  }

  // ── sound ──

  Mute(_, me) { this.set(me, 'muted', true, 'participant.muted'); }
  Unmute(_, me) { this.set(me, 'muted', false, 'participant.unmuted'); }
  MuteIncomingAudio(_, me) { this.set(me, 'hearsNothing', true, 'incoming_audio.muted'); }
  UnmuteIncomingAudio(_, me) { this.set(me, 'hearsNothing', false, 'incoming_audio.unmuted'); }
  set(me, what, value, event) {
    if (me[what] === value) return;
    me[what] = value;
    this.tell(event, { participant: me.id });
  }
  // Between two nobody mutes the other.
  MuteParticipant({ by }) { throw new Refusal('call', this.people.get(by)?.leg ?? 'None'); }
  MuteAll({ by }) { throw new Refusal('call', this.people.get(by)?.leg ?? 'None'); }

  // ── ending ──

  HangUp({ at, for_everyone = false }, me) {
    const givesUp = me.id === this.starter && !this.answered;
    if (for_everyone && !givesUp) return this.leave(me, reason('hungUp'), at, reason('endedForAll'));
    return this.leave(me, reason(givesUp ? 'cancelled' : 'hungUp'), at);
  }

  YieldToGlare({ winner, at, participant }, me) {
    if (participant !== this.starter || this.answered || this.id < winner) throw new Refusal('call', me.leg);
    this.tell('call.yielded', { winner });
    this.leave(me, reason('cancelled'), at);
  }

  leave(me, why, at, others = why) {
    this.go(me, why, at);
    const other = this.peer(me);
    if (other.isPresent) this.go(other, others, at);
  }

  go(me, why, at) {
    this.stopRinging(me, why);
    const tearsDown = LIVE.includes(me.leg);
    const until = tearsDown ? this.after(at, 'reconnect_s') : null;
    Object.assign(me, { leg: tearsDown ? 'Disconnecting' : 'Disconnected', roster: 'Disconnected', left: why, asked: null });
    me.until = tearsDown ? { teardown: until } : {};
    this.ended ??= why;
    this.tell('participant.left', { participant: me.id, reason: why, teardown_until: until });
  }

  stopRinging(me, why) {
    for (const endpoint of me.ringing()) {
      me.offers.set(endpoint, 'Ended');
      this.tell('offer.ended', { participant: me.id, endpoint, reason: why });
    }
  }

  ReportMediaClosed(_, me) {
    me.leg = 'Disconnected';
    me.until = {};
    this.tell('leg.closed', { participant: me.id });
  }

  #end() {
    if (this.kind === null || this.isOver || this.state() !== 'Disconnected') return;
    this.isOver = true;
    this.tell('call.ended', { reason: this.ended });
  }

  // ── silence ──

  pass(until) {
    this.events = [];
    for (let due = this.next(); due && due.at <= until; due = this.next()) {
      this.expire(due);
      this.#end();
    }
  }

  next() {
    const waits = [...this.people.values()].flatMap((me) => Object.entries(me.until).map(([wait, at]) => ({ me, wait, at })));
    if ([...this.people.values()].some((me) => me.isPresent)) waits.push({ me: null, wait: 'duration', at: this.endsBy });
    const order = (one, two) => one.at - two.at || (one.wait < two.wait ? -1 : one.wait > two.wait ? 1 : 0)
      || ((one.me?.id ?? '') < (two.me?.id ?? '') ? -1 : 1);
    return waits.sort(order)[0];
  }

  expire({ me, wait, at }) {
    switch (wait) {
      case 'establish': return this.leave(me, reason(this.answered && me.accepted ? 'setUpTooLong' : 'noAnswer'), at);
      case 'reconnect': return this.drop(me, at);
      case 'teardown': return this.ReportMediaClosed(null, me);
      case 'modality': return me.asked === 'resume' && me.leg === 'LocalHold'
        ? this.ReportResumeFailed(null, me) : this.ReportHoldFailed(null, me);
      default: return [...this.people.values()].filter((each) => each.isPresent)
        .forEach((each) => this.go(each, reason('tooLong'), at));
    }
  }

  drop(me, at) {
    const why = reason('mediaLost');
    Object.assign(me, { leg: 'Disconnected', roster: 'Disconnected', left: why, asked: null, until: {} });
    this.ended ??= why;
    this.tell('participant.dropped', { participant: me.id, reason: why });
    const other = this.peer(me);
    if (other.isPresent) this.go(other, why, at);
  }

  // ── what can be seen ──

  shown() {
    const people = [...this.people.values()];
    return {
      call: {
        kind: this.kind, is_over: this.isOver, ended: this.isOver ? pair(this.ended) : null,
        present: people.filter((person) => person.isPresent).length,
      },
      participants: Object.fromEntries(people.map((person) => [person.id, {
        leg: person.leg, roster: person.roster, left: pair(person.left), offers: Object.fromEntries(person.offers),
        muted: person.muted, hears_nothing: person.hearsNothing,
      }])),
    };
  }
}

let limits = {};
let calls = new Map();
const callNamed = (id) => {
  if (!calls.has(id)) calls.set(id, Object.assign(new Call(limits), { id }));
  return calls.get(id);
};

function answer(message) {
  switch (message.type) {
    case 'hello':
      return { type: 'hello', protocol: 1, implementation: 'node client', version: '1.0', levels: LEVELS };
    case 'begin':
      limits = message.limits;
      calls = new Map();
      return { type: 'ready' };
    case 'command': {
      const call = callNamed(message.call);
      if (!(message.command.type in TAKES)) return { type: 'error', because: `no command ${message.command.type}` };
      call.now = message.command.at;
      try {
        call.give(message.command);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        return { type: 'refused', lifecycle: refusal.lifecycle, state: refusal.state, states: call.shown() };
      }
      return { type: 'outcome', events: call.events, states: call.shown() };
    }
    case 'silence': {
      const call = callNamed(message.call);
      call.pass(message.until);
      return { type: 'outcome', events: call.events, states: call.shown() };
    }
    case 'end':
      return { type: 'ended' };
    default:
      return { type: 'error', because: `no message ${message.type}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
