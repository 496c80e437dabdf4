import { useEffect, useState } from 'react';
import { Problem } from '@/features/ended/Problem';
import { Home } from '@/features/home/Home';
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
  const [recents, setRecents] = useState(() => recall('recents'));
  useEffect(() => {
    document.title = t('title.home');
  }, [t]);
  return (
    <Home
      recents={recents}
      now={now}
      origin={location.origin}
      onEnter={(room) => go(roomPath(room))}
      onForget={(room) => {
        const rest = recents.filter((recent) => recent.room !== room);
        remember('recents', rest);
        setRecents(rest);
      }}
    />
  );
}
