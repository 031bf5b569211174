// Passkeys: what only a browser can do. Options come from the server as JSON and answers go back
// as JSON; both shapes are those of WebAuthn Level 3.
(() => {
  const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;
  let waiting = null;
  // A server that hangs leaves no button dead.
  const PATIENCE = 10_000;

  // One question at a time: a second one ends the first.
  function begin() {
    waiting?.abort();
    waiting = new AbortController();
    return waiting.signal;
  }

  async function get(options, mediation) {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
    const credential = await navigator.credentials.get({ publicKey, mediation, signal: begin() });
    return JSON.stringify(credential);
  }

  async function create(options) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
    const credential = await navigator.credentials.create({ publicKey, signal: begin() });
    return JSON.stringify(credential);
  }

  // For the console: asks for a question there, and answers it. A query goes along as a form.
  async function answer(address) {
    const [path, form] = address.split('?');
    const asked = await fetch(path, { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(PATIENCE) });
    if (!asked.ok) throw new Error('no question');
    const { options, ticket } = await asked.json();
    return JSON.stringify([ticket, await get(options)]);
  }

  // Tells the browser's keeper of passkeys what the server knows, where it listens.
  async function tell(kind, facts) {
    try {
      await PublicKeyCredential[kind]?.(JSON.parse(facts));
    } catch {
      // It is a courtesy.
    }
  }

  function words(error) {
    switch (error?.name) {
      case 'NotAllowedError':
        return 'No passkey was used. Try again, or use another way.';
      case 'InvalidStateError':
        return 'This device has a passkey for you already.';
      case 'SecurityError':
        return 'Passkeys do not work at this address.';
      default:
        return 'The passkey could not be used. Try again, or use another way.';
    }
  }

  window.keydeskPasskeys = { able: Boolean(able), get, create, answer, tell, words };
  if (!able) return;

  async function ask(form, login) {
    const body = new URLSearchParams({ username: login });
    const answer = await fetch(form.dataset.ask, { method: 'POST', body, signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error('no question');
    const { options, ticket } = await answer.json();
    form.dataset.options = options;
    form.elements.ticket.value = ticket;
    form.dataset.asked = String(Date.now());
  }

  function send(form, answer) {
    form.elements.answer.value = answer;
    const next = document.querySelector('form:not([data-passkey]) input[name=next]');
    if (next) form.elements.next.value = next.value;
    const remember = document.querySelector('input[name=remember]');
    if (remember?.checked && !form.elements.remember) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'remember', value: 'yes' }));
    }
    // A question counts once: should the sending be stopped, another one is asked.
    form.dataset.asked = '0';
    keydeskSends(form);
    form.submit();
  }

  // A question lasts five minutes.
  const STALE = 4 * 60 * 1000;

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const told = form.querySelector('[role=alert]');
    // In a flood the page comes without a question.
    form.dataset.asked = String(form.dataset.options ? Date.now() : 0);
    form.hidden = false;
    // The passkey that was refused, where nobody here knows it any more.
    const { unknown, options } = form.dataset;
    if (unknown) tell('signalUnknownCredential', JSON.stringify({ rpId: JSON.parse(options).rpId, credentialId: unknown }));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      // The first press stays: a second one would end its question.
      if (form.dataset.sent) return;
      form.dataset.sent = 'yes';
      told.hidden = true;
      try {
        const name = document.querySelector('input[name=username]:not([hidden])')?.value.trim() ?? '';
        const old = Date.now() - Number(form.dataset.asked) > STALE;
        if (name || old || form.dataset.named) await ask(form, name);
        form.dataset.named = name;
        const create_ = form.dataset.passkey === 'create';
        send(form, create_ ? await create(form.dataset.options) : await get(form.dataset.options));
      } catch (error) {
        told.textContent = words(error);
        told.hidden = false;
        delete form.dataset.sent;
        offer(form);
      }
    });
    offer(form);
  }

  // Passkeys among what the browser fills in by itself.
  async function offer(form) {
    if (!document.querySelector('input[autocomplete~=webauthn]')) return;
    // After a refusal somebody has to ask: the same passkey would only be refused again.
    if (document.querySelector('.note[role=alert]')) return;
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    let again;
    try {
      if (Date.now() - Number(form.dataset.asked) > STALE || form.dataset.named) await ask(form, '');
      form.dataset.named = '';
      again = setTimeout(() => offer(form), STALE);
      send(form, await get(form.dataset.options, 'conditional'));
    } catch {
      // Ended by a question that somebody asked for, or by a page that goes away.
    } finally {
      // It would end the question that somebody asked for.
      clearTimeout(again);
    }
  }
})();
