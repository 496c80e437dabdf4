import { lazy, Suspense, useEffect, useState } from 'react';
import { Problem } from '@/features/ended/Problem';
import { Home } from '@/features/home/Home';
import { Desk } from '@/sdk/meeting/desk';
import { recall, remember } from '@/sdk/memory';
import { announcer } from '@/shared/announcer';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { roomPath } from '@/shared/room_name';
import { UpdateNotice } from '@/shared/ui/UpdateNotice';
import { LiveRegion } from '@/shared/ui/LiveRegion';
import { routeOf } from './address';
import { MeetingPage } from './MeetingPage';
import { go, path } from './navigation';

// For those who are signed in, and then seldom.
const AccountDialog = lazy(async () => {
  const { OwnAccount, loadDeskWords } = await import('@/features/account/OwnAccount');
  await loadDeskWords();
  return { default: OwnAccount };
});

export function App() {
  const route = routeOf(useStore(path));
  return (
    <>
      {route.at === 'home' && <HomePage />}
      {route.at !== 'meeting' && <UpdateNotice />}
      {route.at === 'meeting' && <MeetingPage key={route.room} room={route.room} />}
      {route.at === 'nowhere' && <Problem problem={{ kind: 'bad-link' }} onRetry={() => go('/')} onHome={() => go('/')} />}
      <LiveRegion announcer={announcer} />
    </>
  );
}

function HomePage() {
  const t = useWords();
  const [now] = useState(() => Date.now());
  const [desk] = useState(() => new Desk());
  const [atAccount, setAtAccount] = useState(false);
  const view = useStore(desk.view);
  const [recents, setRecents] = useState(() => recall('recents'));
  useEffect(() => {
    document.title = t('title.home');
  }, [t]);
  useEffect(() => {
    const stop = new AbortController();
    void desk.open(stop.signal);
    return () => stop.abort();
  }, [desk]);
  return (
    <>
      <Home
        desk={view}
        recents={recents}
        now={now}
        origin={location.origin}
        onStart={(settings) => desk.createMeeting(settings)}
        onRoom={() => desk.personalRoom()}
        onEnter={(room) => go(roomPath(room))}
        onMore={() => void desk.loadMore()}
        onChange={(link, settings) => desk.change(link, settings)}
        onNewLink={(link) => desk.renewLink(link)}
        onAccount={() => setAtAccount(true)}
        onSignIn={(email, password, code) => desk.signIn(email, password, code)}
        onSignOut={() => void desk.signOut()}
        onForget={(room) => {
          const rest = recents.filter((recent) => recent.room !== room);
          remember('recents', rest);
          setRecents(rest);
        }}
      />
      <Suspense fallback={null}>{atAccount && <AccountDialog onRenamed={() => void desk.open()} onClose={() => setAtAccount(false)} />}</Suspense>
    </>
  );
}
