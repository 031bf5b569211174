// A page is shown only while it is known to be its viewer's. Restored from the browser's memory, shown again
// after it was hidden, or told by another tab, it asks whose session this browser has, and covers what it
// shows until there is an answer. Asking is no activity.
(() => {
  const page = document.querySelector('meta[name=keydesk-user]');
  if (!page) return;
  const user = page.content;
  const root = document.documentElement;
  const isEntry = document.querySelector('main.entry') !== null;
  const KEY = 'keydesk-user';

  // Tells the other tabs whom this browser's pages are for, where that is news.
  try {
    if (localStorage.getItem(KEY) !== user) localStorage.setItem(KEY, user);
  } catch {
    // Without storage the others ask when they are shown again.
  }

  let focused = null;
  function cover() {
    if ('covered' in root.dataset) return;
    focused ??= document.activeElement;
    root.dataset.covered = '';
  }

  function uncover() {
    delete root.dataset.covered;
    notice?.remove();
    notice = null;
    if (focused && focused !== document.body) giveBack(focused);
    focused = null;
  }

  // What cannot be seen loses the keyboard, and can have it back once it was drawn again. That may take some
  // frames; whatever else has the keyboard by then keeps it.
  function giveBack(to) {
    const end = Date.now() + 2_000;
    let frames = 0;
    const soon = () => requestAnimationFrame(() => setTimeout(look));
    const look = () => {
      const has = document.activeElement;
      frames += 1;
      if ('covered' in root.dataset || (has !== to && has !== document.body)) return;
      // In the first frames it may have it still, and lose it.
      if (has === to && frames > 2) return;
      to.focus({ preventScroll: true });
      if (Date.now() < end) soon();
    };
    soon();
  }

  // Printing may hide a page, and paper gets what was on the screen: a page that is hidden for that, or was just
  // before, is covered once it is over. One that was covered already stays so on paper, too.
  let printing = false;
  let onlyHidden = false;
  function hide() {
    if (printing || 'covered' in root.dataset) return;
    cover();
    onlyHidden = true;
  }
  addEventListener('beforeprint', () => {
    printing = true;
    if (onlyHidden) delete root.dataset.covered;
  });
  addEventListener('afterprint', () => {
    printing = false;
    if (document.hidden) hide();
  });

  // A page before the console is asked for anew: it may be the answer to a form, which must not be sent again.
  function leave() {
    if (!isEntry) return location.reload();
    const next = document.querySelector('input[name=next]')?.value;
    const query = location.search || (next ? `?next=${encodeURIComponent(next)}` : '');
    location.replace(location.pathname.replace(/\/passkey$/, '') + query);
  }

  const PATIENCE = 2_000;
  const AGAIN = 5_000;
  let asking = null;
  let later;

  async function whose(signal) {
    const answer = await fetch('/session', { headers: { accept: 'application/json' }, signal });
    if (!answer.ok) throw new Error('no answer');
    return answer.json();
  }

  async function ask(forGood) {
    cover();
    onlyHidden = false;
    asking?.abort();
    clearTimeout(later);
    const { signal } = (asking = new AbortController());
    const patience = setTimeout(admit, PATIENCE);
    try {
      let found = await whose(signal);
      if (found.ended) {
        // Another tab may be getting a new cookie for it at this moment.
        await new Promise((done) => setTimeout(done, 300));
        found = await whose(signal);
      }
      if (signal.aborted) return;
      if ((found.user ?? '') === user) uncover();
      else if (found.ended && 'awake' in root.dataset && forGood !== true) signInHere();
      else leave();
    } catch {
      if (signal.aborted) return;
      admit();
      later = setTimeout(() => ask(), AGAIN);
    } finally {
      clearTimeout(patience);
    }
  }

  // The console asks to sign in again on top of what is covered, so that nothing typed is lost.
  function signInHere() {
    notice?.remove();
    notice = null;
    root.dataset.covered = 'ended';
    dispatchEvent(new Event('keydesk-session-ended'));
  }

  let notice = null;
  // No answer, and no telling whether there will be one.
  function admit() {
    if (notice) return;
    const make = (tag, facts, ...within) => {
      const element = Object.assign(document.createElement(tag), facts);
      element.append(...within);
      return element;
    };
    const again = make('button', { type: 'button', className: 'btn primary', onclick: () => ask() }, 'Try again');
    notice = make(
      'dialog',
      { className: 'dialog cover', ariaLabel: 'Keydesk does not answer' },
      make(
        'div',
        { className: 'inside' },
        make('h2', {}, 'Keydesk does not answer'),
        make('p', { className: 'about' }, 'This page is covered until it is certain that you are still signed in.'),
        make('div', { className: 'actions' }, again),
      ),
    );
    // Escape changes nothing: a browser closes a dialog that refused twice.
    notice.addEventListener('cancel', (event) => event.preventDefault());
    notice.addEventListener('close', () => notice?.showModal());
    document.body.append(notice);
    notice.showModal();
  }

  addEventListener('pagehide', cover);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    if (isEntry) leave();
    else ask();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return hide();
    printing = false;
    ask();
  });
  addEventListener('storage', (event) => {
    if (event.key === KEY && event.newValue !== user) ask();
  });
  addEventListener('online', () => notice && ask());
  // The dialog for signing in again was closed, by whoever signed in or by giving up.
  document.addEventListener(
    'close',
    (event) => {
      if (root.dataset.covered !== 'ended' || !event.target.closest('.over')) return;
      root.dataset.covered = '';
      ask(true);
    },
    true,
  );
})();
