// Comfort on pages that work without it: show a password, send a form once at a time.
for (const button of document.querySelectorAll('button[data-show]')) {
  const field = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    button.textContent = shown ? 'Show' : 'Hide';
    button.setAttribute('aria-pressed', String(!shown));
    field.focus();
  });
}

// While a form is on its way, sending it again is ignored. It is no longer on its way when the browser says that
// it gave up on it, such as for whoever stopped it. Not every browser says so: where the form is still here after
// some seconds, it can be sent again. One that never says so ignores a double click only.
const ON_ITS_WAY = window.navigation ? 5_000 : 1_000;
const timers = new Map();
const free = (form) => {
  clearTimeout(timers.get(form));
  delete form.dataset.sent;
  for (const element of form.elements) element.removeAttribute('aria-disabled');
};
window.keydeskSends = (form) => {
  form.dataset.sent = 'yes';
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(free, ON_ITS_WAY, form));
};
window.navigation?.addEventListener('navigateerror', () => [...document.forms].forEach(free));

for (const form of document.querySelectorAll('form')) {
  if (form.dataset.passkey) continue;
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    keydeskSends(form);
    // A password manager should be offered the field as a password.
    for (const button of form.querySelectorAll('button[data-show]')) {
      document.getElementById(button.dataset.show).type = 'password';
    }
    // A disabled button would not be sent with the form, so it is only marked.
    event.submitter?.setAttribute('aria-disabled', 'true');
  });
}

// How hard a new password is to guess, once typing rests. It informs and never blocks.
for (const told of document.querySelectorAll('[data-strength]')) {
  const field = document.getElementById(told.dataset.strength);
  const make = (tag, facts, ...within) => {
    const element = Object.assign(document.createElement(tag), facts);
    element.append(...within);
    return element;
  };
  let rest;
  let asked;
  const stop = () => {
    clearTimeout(rest);
    asked?.abort();
  };
  const ask = async () => {
    asked = new AbortController();
    try {
      const others = told.dataset.with.split(' ').map((name) => [name, field.form.elements[name]?.value]);
      const answer = await fetch(told.dataset.from, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ ...Object.fromEntries(others), password: field.value }),
        signal: asked.signal,
      });
      if (!answer.ok) return;
      const { score, words } = await answer.json();
      const bars = [1, 2, 3, 4].map((at) => make('i', { className: at <= score ? 'on' : '' }));
      const meter = make('span', { className: `bars ${['bad', 'bad', 'warn', 'good', 'good'][score]}`, ariaHidden: 'true' }, ...bars);
      told.replaceChildren(make('div', { className: 'strength' }, meter, make('span', {}, words)));
    } catch {
      // It is a courtesy.
    }
  };
  field.addEventListener('input', () => {
    stop();
    told.replaceChildren();
    if (field.value) rest = setTimeout(ask, 300);
  });
  // The answer to the form brings a new cookie, which no other request may cross.
  field.form.addEventListener('submit', stop);
}

// Recovery codes: copied, kept as a file, printed.
for (const row of document.querySelectorAll('[data-codes]')) {
  const text = row.dataset.codes;
  row.hidden = false;
  row.querySelector('[data-copy]').addEventListener('click', async (event) => {
    await navigator.clipboard.writeText(text);
    event.target.textContent = 'Copied';
  });
  const download = row.querySelector('[data-download]');
  download.addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: url, download: download.dataset.download }).click();
    URL.revokeObjectURL(url);
  });
  row.querySelector('[data-print]').addEventListener('click', () => print());
}
